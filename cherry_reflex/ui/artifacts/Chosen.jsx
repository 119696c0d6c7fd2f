// What the planner or the model chose (columns by role), so that a person can check it, and change
// it: a choice that can be changed is a list.

import { ChevronDown } from "lucide-react";
import { useState } from "react";

import { useSignal } from "../live/signals.js";
import { current } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";

const NUMERIC = new Set(["number", "integer"]);
// Roles whose values are words of ours; all others are names of columns, which stay as they are.
const WORDS = new Set(["how", "aggregate", "aggregation", "kind", "chart", "period"]);

// On their way through protocols the roles lose their order.
const ORDER = ["kind", "x", "y", "z", "color", "size", "group_by", "measure", "how", "period"];
const place = (role) => (ORDER.indexOf(role) + ORDER.length + 1) % (ORDER.length + 1);

/** `onRedo(artifact, {argument, value, role, word})` makes it again. */
export default function Chosen({ artifact, onRedo }) {
  const t = useT();
  useSignal("conversation");
  const [failure, setFailure] = useState(null);
  const { chosen, redo } = artifact.meta;
  const entries = Object.entries(chosen ?? {})
    .filter(([, value]) => value !== null && value !== undefined && value !== "" && value.length !== 0)
    .sort(([a], [b]) => place(a) - place(b));
  if (!entries.length) return null;
  const said = (key, otherwise) => (t.has(key) ? t(key) : otherwise);
  const word = (role, value) =>
    WORDS.has(role) ? said(`ui.chosen.${value}`, String(value)) : String(value);
  const change = async (role, value) => {
    setFailure(null);
    const called = { role: said(`ui.role.${role}`, role), word: word(role, value) };
    try {
      await onRedo(artifact, { argument: role, value, ...called });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <ul className="c-chips" aria-label={t("ui.artifact.chosen")}>
        {entries.map(([role, value]) => {
          const name = said(`ui.role.${role}`, role);
          const now = [value].flat();
          const options = onRedo && now.length === 1 ? optionsOf(redo, role, now[0]) : [];
          return (
            <li key={role} className={`c-chip${options.length > 1 ? " c-chip--choice" : ""}`}>
              <span className="c-chip__role">{name}</span>
              {options.length > 1 ? (
                <>
                  <select
                    className="c-chip__value"
                    data-argument={role}
                    aria-label={t("ui.artifact.change", { role: name })}
                    value={now[0]}
                    onChange={(event) => change(role, event.target.value)}
                  >
                    {options.map((option) => (
                      <option key={option} value={option}>
                        {word(role, option)}
                      </option>
                    ))}
                  </select>
                  <ChevronDown size={12} aria-hidden="true" />
                </>
              ) : (
                <span className="c-chip__value">
                  {now.map((one) => word(role, one)).join(", ")}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {failure && (
        <p role="alert" className="c-artifact__problem">
          {failureText(t, failure)}
        </p>
      )}
    </>
  );
}

/** What an argument could be instead, the present value among it. */
function optionsOf(redo, argument, now) {
  const slot = redo?.slots[argument];
  if (!slot) return [];
  const { dataset: id, ...given } = redo.arguments;
  const dataset = current().uploads.find((upload) => upload.dataset.id === id)?.dataset;
  // Its file was read again since: what was made of it is not made again.
  if (id && !dataset) return [];
  if (slot.choices) return slot.choices.filter((choice) => choice !== "");
  const columns = dataset?.columns ?? [];
  const present = columns.find(({ name }) => name === now);
  if (!present) return [];
  // Numbers for a number, groups for a group; no names of single rows, and no column twice.
  const taken = new Set(Object.values(given).flat());
  return columns
    .filter(({ type }) => slot.types.length === 0 || slot.types.includes(type))
    .filter(({ type }) => NUMERIC.has(type) === NUMERIC.has(present.type))
    .filter((column) => column.name === now || !isName(column, dataset.rows))
    .map(({ name }) => name)
    .filter((name) => name === now || !taken.has(name));
}

/** Whether a text stands for about one row each (distinct values are estimated in large tables). */
function isName({ type, distinct }, rows) {
  return type === "text" && rows > 20 && distinct > 0.9 * rows;
}
