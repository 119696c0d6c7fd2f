// Who can be asked: agents and tools, whether they answer, and what they can do.

import { CircleAlert, CircleCheck, RefreshCw } from "lucide-react";

import { failureText, useT } from "../live/strings.js";
import { useAnswer } from "./answer.js";

export default function TeamTab() {
  const t = useT();
  const { value: roster, failure, busy, ask } = useAnswer("/api/roster");
  return (
    <>
      <div className="c-settings__bar">
        <p>{t("ui.settings.team_about")}</p>
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
              />
            ))}
          </ul>
          <h3>{t("ui.settings.tools", { count: roster.tools.length })}</h3>
          <ul className="c-team">
            {roster.tools.map((tool) => (
              <Member key={tool.name} kind="MCP" member={tool} name={tool.name} does={tool.tools} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Member({ kind, member, name, address, does }) {
  const t = useT();
  const Icon = member.healthy ? CircleCheck : CircleAlert;
  return (
    <li>
      <details className="c-member">
        <summary>
          <span className="c-member__name">{name}</span>
          <span className="c-member__kind">{kind}</span>
          {!member.own && <span className="c-member__kind">{t("ui.settings.outside")}</span>}
          <span className={`c-member__health c-member__health--${member.healthy ? "ok" : "bad"}`}>
            <Icon size={14} aria-hidden="true" />
            {t(member.healthy ? "ui.settings.healthy" : "ui.settings.unhealthy")}
          </span>
        </summary>
        {member.problem && <p className="c-settings__problem">{member.problem}</p>}
        {member.description && <p>{member.description}</p>}
        {address && <p className="c-member__address">{address}</p>}
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
