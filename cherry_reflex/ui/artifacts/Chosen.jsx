// What the planner or the model chose (columns by role), so that a person can check it.

import { useT } from "../live/strings.js";

/** `chosen` is {role: name or names}; roles without a name are left out. */
export default function Chosen({ chosen }) {
  const t = useT();
  const entries = Object.entries(chosen ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "" && value.length !== 0,
  );
  if (!entries.length) return null;
  return (
    <ul className="c-chips" aria-label={t("ui.artifact.chosen")}>
      {entries.map(([role, value]) => (
        <li key={role} className="c-chip">
          <span className="c-chip__role">
            {t.has(`ui.role.${role}`) ? t(`ui.role.${role}`) : role}
          </span>
          <span className="c-chip__value">
            {Array.isArray(value) ? value.join(", ") : String(value)}
          </span>
        </li>
      ))}
    </ul>
  );
}
