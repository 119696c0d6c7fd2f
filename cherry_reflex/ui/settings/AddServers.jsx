// Add MCP tool servers by pasting their configuration: first everything that would be started is
// shown, then it is started.
import { useState } from "react";

import { api } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";

const EXAMPLE = '{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}';

/** `onAdded(names)` is called when they are in the team. */
export default function AddServers({ onAdded }) {
  const t = useT();
  const [pasted, setPasted] = useState("");
  const [seen, setSeen] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);

  const send = async (confirm) => {
    setProblem(null);
    let config;
    try {
      config = JSON.parse(pasted);
    } catch (error) {
      setProblem({ text: t("ui.settings.config_json", { problem: error.message }) });
      return;
    }
    setBusy(true);
    try {
      const answer = await api("/api/mcp-servers", { json: { ...config, confirm } });
      if (!confirm) {
        setSeen(answer);
        return;
      }
      setSeen(null);
      setPasted("");
      onAdded(answer.servers.map(({ name }) => name).join(", "));
    } catch (error) {
      setProblem({ text: failureText(t, error), detail: error.detail });
    } finally {
      setBusy(false);
    }
  };

  return (
    <details className="c-add">
      <summary>{t("ui.settings.add_servers")}</summary>
      {seen ? (
        <div className="c-add__seen">
          <p>{t("ui.settings.will_start")}</p>
          <ul>
            {seen.servers.map((server) => (
              <li key={server.name}>
                <strong>{server.name}</strong>
                <code>{server.command || server.url}</code>
                {[...server.env, ...server.headers].length > 0 && (
                  <span>
                    {t("ui.settings.with_env", { names: [...server.env, ...server.headers] })}
                  </span>
                )}
                {server.cwd && <code>{server.cwd}</code>}
              </li>
            ))}
          </ul>
          <div className="c-add__row">
            <button
              type="button"
              className="c-button c-button--primary"
              disabled={busy}
              onClick={() => send(seen.confirm)}
            >
              {busy && <span className="c-spinner" />}
              {t("ui.settings.start_them")}
            </button>
            <button type="button" className="c-button" onClick={() => setSeen(null)}>
              {t("ui.settings.back")}
            </button>
          </div>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send("");
          }}
        >
          <p>{t("ui.settings.add_servers_about")}</p>
          <textarea
            className="c-field c-add__config"
            rows={5}
            required
            spellCheck={false}
            value={pasted}
            placeholder={EXAMPLE}
            aria-label={t("ui.settings.config")}
            onChange={(event) => setPasted(event.target.value)}
          />
          <div className="c-add__row">
            <button type="submit" className="c-button" disabled={busy || !pasted.trim()}>
              {t("ui.settings.check_config")}
            </button>
          </div>
        </form>
      )}
      {problem && (
        <div role="alert" className="c-settings__problem">
          {problem.text}
          {problem.detail && <code className="c-problem__detail">{problem.detail}</code>}
        </div>
      )}
    </details>
  );
}
