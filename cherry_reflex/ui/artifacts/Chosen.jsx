// What the planner or the model chose (columns by role), so that a person can check it.

import { useT } from "../live/strings.js";

// Roles whose values are words of ours; all others are names of columns, which stay as they are.
const WORDS = new Set(["how", "aggregate", "aggregation", "kind", "chart", "period"]);

/** `chosen` is {role: name or names}; roles without a name are left out. */
export default function Chosen({ chosen }) {
  const t = useT();
  const entries = Object.entries(chosen ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "" && value.length !== 0,
  );
  if (!entries.length) return null;
  const said = (key, otherwise) => (t.has(key) ? t(key) : otherwise);
  const word = (role, value) =>
    WORDS.has(role) ? said(`ui.chosen.${value}`, String(value)) : String(value);
  return (
    <ul className="c-chips" aria-label={t("ui.artifact.chosen")}>
      {entries.map(([role, value]) => (
        <li key={role} className="c-chip">
          <span className="c-chip__role">{said(`ui.role.${role}`, role)}</span>
          <span className="c-chip__value">
            {[value]
              .flat()
              .map((one) => word(role, one))
              .join(", ")}
          </span>
        </li>
      ))}
    </ul>
  );
}
