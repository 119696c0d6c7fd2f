// Which model thinks, and how another one is connected.

import { useState } from "react";

import { failureText, useT } from "../live/strings.js";
import CopyButton from "../artifacts/CopyButton.jsx";
import Choice from "./Choice.jsx";
import ModelTest from "./ModelTest.jsx";
import { CONNECTIONS, PROVIDERS } from "./connections.js";
import { useAnswer } from "./answer.js";

export default function ModelTab() {
  const t = useT();
  const { value: model, failure } = useAnswer("/api/model");
  const [kind, setKind] = useState("compatible");
  const lines = CONNECTIONS[kind].lines
    .join("\n")
    .replace("<key>", t("ui.settings.your_key"))
    .replace("<model>", t("ui.settings.model_name"));
  const names = Object.fromEntries(
    Object.entries(CONNECTIONS).map(([key, { name }]) => [
      key,
      key === "compatible" ? t("ui.settings.compatible") : name,
    ]),
  );
  return (
    <>
      <h3>{t("ui.settings.model_now")}</h3>
      {failure && (
        <p role="alert" className="c-settings__problem">
          {failureText(t, failure)}
        </p>
      )}
      {model && (
        <div className="c-settings__card">
          <strong>{model.mode === "llm" ? model.model : t("ui.settings.embedded")}</strong>
          <p>
            {model.mode === "llm"
              ? t("ui.settings.llm_about", {
                  provider: PROVIDERS[model.provider] ?? model.provider,
                })
              : t("ui.settings.embedded_about")}
          </p>
          {model.mode === "llm" && <ModelTest />}
        </div>
      )}
      <h3>{t(model?.mode === "llm" ? "ui.settings.connect_other" : "ui.settings.connect")}</h3>
      <p>{t("ui.settings.connect_how")}</p>
      <Choice label={t("ui.settings.provider")} options={names} value={kind} onChange={setKind} />
      <div className="c-settings__code">
        <pre tabIndex={0} role="region" aria-label={t("ui.settings.lines")}>
          <code>{lines}</code>
        </pre>
        <CopyButton text={() => lines} label={t("ui.settings.copy_lines")} />
      </div>
      <p>{t("ui.settings.connect_then")}</p>
    </>
  );
}
