// A table or chart made again with another choice: its step runs again, all that build on it, and
// the summary is written anew.
import { retry } from "../live/ask.js";

/** The choice that was changed last: {runId, step, argument}. */
let last = null;

/** Focus that choice again in what was made by it: the former one is gone. */
export function returnFocus(box, runId, step) {
  if (last?.runId !== runId || last.step !== step) return;
  const alike = box?.querySelectorAll(`select[data-argument="${CSS.escape(last.argument)}"]`) ?? [];
  const choice = [...alike].find(({ value }) => value === last.value) ?? alike[0];
  if (choice && document.activeElement === document.body) choice.focus({ preventScroll: true });
  last = null;
}

/** `change` is `{argument, value, role, word}`: what changes, and how both are called (of code, which
 *  says what it is by itself, `{argument, value}`). */
export function redo(t, runId, lane, artifact, { argument, value, role, word }) {
  const { operation, arguments: before, slots, call } = artifact.meta.redo;
  const next = { ...before, [argument]: slots[argument].many ? [value] : value };
  const isCode = Boolean(slots[argument].code);
  const request = isCode
    ? requestOfCode(t, lane, artifact, value)
    : t("ui.artifact.changed", { title: artifact.title, role, value: word });
  // A tool is called with its arguments; an agent does all its operations again, one of them with
  // the other choice.
  const given = lane.worker.startsWith("mcp:")
    ? next
    : { operations: withChange(callsOf(lane), operation, before, { operation, ...next }, call) };
  last = { runId, step: lane.step, argument, value };
  return retry(runId, lane.step, { request, arguments: given });
}

function callsOf({ items }) {
  return items.filter(({ kind, ok }) => kind === "call" && ok);
}

/** Code that a person typed is its own request; code that was written for a request is run for it. */
function requestOfCode(t, lane, artifact, code) {
  const isTyped = lane.request?.includes(artifact.meta.code);
  return isTyped ? code : t("ui.artifact.changed_code", { title: artifact.title });
}

/** The same call is the one that is named (code that failed is none of them), else the one with the
 *  same arguments; of several alike, the first. */
function withChange(calls, operation, before, next, named) {
  const alike = calls.filter(({ name }) => name === operation);
  const changed =
    named === undefined
      ? (alike.find((call) => same(call.arguments, before)) ?? alike[0])
      : calls.find(({ call }) => call === named);
  const others = (call) => ({ ...call.arguments, operation: call.name });
  if (!changed) return [...calls.map(others), next];
  return calls.map((call) => (call === changed ? next : others(call)));
}

function same(one, other) {
  const plain = ({ dataset: _, ...rest }) => JSON.stringify(Object.entries(rest).sort());
  return plain(one ?? {}) === plain(other);
}
