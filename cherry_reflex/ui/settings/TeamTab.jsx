// Who can be asked: agents and tools, whether they answer, and what they can do.

import { CircleAlert, CircleCheck, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";

import Attempt from "../chat/Attempt.jsx";
import { api } from "../live/api.js";
import { forgetRoster } from "../live/roster.js";
import { useSession } from "../live/session.js";
import { failureText, useT } from "../live/strings.js";
import AddAgent from "./AddAgent.jsx";
import AddServers from "./AddServers.jsx";
import { useAnswer } from "./answer.js";

export default function TeamTab() {
  const t = useT();
  const { value: roster, failure, busy, ask } = useAnswer("/api/roster");
  const [added, setAdded] = useState("");
  const session = useSession();
  const mayChange = !session?.login || session.operator;
  const changed = (name) => {
    setAdded(name);
    forgetRoster();
    ask("/api/roster");
  };
  const remove = (path, name) => async () => {
    await api(`${path}/${encodeURIComponent(name)}`, { method: "DELETE" });
    changed("");
  };
  const agree = (name) => async () => {
    await api(`/api/mcp-servers/${encodeURIComponent(name)}/agree`, { method: "POST" });
    changed("");
  };
  const isAdded = (name) => mayChange && roster.added?.includes(name);
  return (
    <>
      <div className="c-settings__bar">
        <p>{t("ui.settings.roster_about")}</p>
        <button
          type="button"
          className="c-button"
          disabled={busy}
          onClick={() => ask("/api/roster?fresh=true")}
        >
          {busy ? <span className="c-spinner" /> : <RefreshCw size={14} aria-hidden="true" />}
          {t("ui.settings.check")}
        </button>
      </div>
      {failure && (
        <p role="alert" className="c-settings__problem">
          {failureText(t, failure)}
        </p>
      )}
      <p role="status" className="c-add__done">
        {added && t("ui.settings.added", { name: added })}
      </p>
      {roster && (
        <>
          <h3>{t("ui.settings.agents", { count: roster.agents.length })}</h3>
          <ul className="c-team">
            {roster.agents.map((agent) => (
              <Member
                key={agent.name}
                kind="A2A"
                member={agent}
                name={agent.title || agent.name}
                address={agent.url}
                does={agent.skills}
                onRemove={isAdded(agent.name) && remove("/api/agents", agent.name)}
              />
            ))}
          </ul>
          {mayChange && <AddAgent onAdded={changed} />}
          <h3>{t("ui.settings.tools", { count: roster.tools.length })}</h3>
          <ul className="c-team">
            {roster.tools.map((tool) => (
              <Member
                key={tool.name}
                kind="MCP"
                member={tool}
                name={tool.title || tool.name}
                does={tool.tools}
                onAgree={mayChange && tool.problem === "tool_changed" && agree(tool.name)}
                onRemove={isAdded(tool.name) && remove("/api/mcp-servers", tool.name)}
              />
            ))}
          </ul>
          {mayChange ? (
            <AddServers onAdded={changed} />
          ) : (
            <p>{t("ui.account.operators_only")}</p>
          )}
        </>
      )}
    </>
  );
}

function stateOf({ healthy, problem }) {
  if (healthy) return "ui.settings.healthy";
  return problem === "tool_changed" ? "ui.settings.changed" : "ui.settings.unhealthy";
}

function Member({ kind, member, name, address, does, onAgree, onRemove }) {
  const t = useT();
  const Icon = member.healthy ? CircleCheck : CircleAlert;
  return (
    <li>
      <details className="c-member">
        <summary>
          <span className="c-member__name">{name}</span>
          {name !== member.name && <code className="c-member__handle">@{member.name}</code>}
          <span className="c-member__kind">{kind}</span>
          {!member.own && <span className="c-member__kind">{t("ui.settings.outside")}</span>}
          <span className={`c-member__health c-member__health--${member.healthy ? "ok" : "bad"}`}>
            <Icon size={14} aria-hidden="true" />
            {t(stateOf(member))}
          </span>
        </summary>
        {member.problem && (
          <p className="c-settings__problem">
            {failureText(t, { code: member.problem, params: { name, status: "" } })}
            {member.detail && <code className="c-problem__detail">{member.detail}</code>}
          </p>
        )}
        {member.description && <p>{member.description}</p>}
        {address && <p className="c-member__address">{address}</p>}
        {onAgree && (
          <Attempt act={onAgree} className="c-button">
            <CircleCheck size={14} aria-hidden="true" />
            {t("ui.settings.agree")}
          </Attempt>
        )}
        {onRemove && (
          <Attempt act={onRemove} className="c-button">
            <Trash2 size={14} aria-hidden="true" />
            {t("ui.settings.remove", { name })}
          </Attempt>
        )}
        <ul className="c-member__skills">
          {does.map((skill) => (
            <li key={skill.id ?? skill.name}>
              <strong>{skill.name}</strong>
              {skill.description && <> — {skill.description}</>}
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
