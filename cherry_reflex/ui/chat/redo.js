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

/** `change` is `{argument, value, role, word}`: what changes, and how both are called. */
export function redo(t, runId, lane, artifact, { argument, value, role, word }) {
  const { operation, arguments: before, slots } = artifact.meta.redo;
  const next = { ...before, [argument]: slots[argument].many ? [value] : value };
  const request = t("ui.artifact.changed", { title: artifact.title, role, value: word });
  // A tool is called with its arguments; an agent does all its operations again, one of them with
  // the other choice.
  const given = lane.worker.startsWith("mcp:")
    ? next
    : { operations: withChange(callsOf(lane), operation, before, { operation, ...next }) };
  last = { runId, step: lane.step, argument, value };
  return retry(runId, lane.step, { request, arguments: given });
}

function callsOf({ items }) {
  return items.filter(({ kind, ok }) => kind === "call" && ok);
}

/** The same call is the one with the same arguments; of several alike, the first. */
function withChange(calls, operation, before, next) {
  const alike = calls.filter(({ name }) => name === operation);
  const changed = alike.find((call) => same(call.arguments, before)) ?? alike[0];
  const others = (call) => ({ ...call.arguments, operation: call.name });
  if (!changed) return [...calls.map(others), next];
  return calls.map((call) => (call === changed ? next : others(call)));
}

function same(one, other) {
  const plain = ({ dataset: _, ...rest }) => JSON.stringify(Object.entries(rest).sort());
  return plain(one ?? {}) === plain(other);
}
