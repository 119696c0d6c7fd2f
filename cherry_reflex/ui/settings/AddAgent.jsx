// Add an A2A agent of somebody by its address.
import { useState } from "react";

import { api } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";

/** `onAdded(name)` is called when it is in the team. */
export default function AddAgent({ onAdded }) {
  const t = useT();
  const [url, setUrl] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  const add = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      const agent = await api("/api/agents", { json: { url: url.trim() } });
      setUrl("");
      onAdded(agent.name);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <details className="c-add">
      <summary>{t("ui.settings.add_agent")}</summary>
      <form onSubmit={add}>
        <p>{t("ui.settings.add_agent_about")}</p>
        <div className="c-add__row">
          <input
            className="c-field"
            type="url"
            required
            value={url}
            placeholder="https://host/agents/name"
            aria-label={t("ui.settings.address")}
            onChange={(event) => setUrl(event.target.value)}
          />
          <button type="submit" className="c-button c-button--primary" disabled={busy || !url.trim()}>
            {busy && <span className="c-spinner" />}
            {t("ui.settings.add")}
          </button>
        </div>
        {failure && (
          <p role="alert" className="c-settings__problem">
            {failureText(t, failure)}
          </p>
        )}
      </form>
    </details>
  );
}
