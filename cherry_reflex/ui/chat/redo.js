// A table or chart made again with another choice: a question to the worker who made it.
import { ask } from "../live/ask.js";

/** `change` is `{argument, value, role, word}`: what changes, and how both are called. */
export function redo(t, worker, artifact, { argument, value, role, word }) {
  const { operation, arguments: before, slots } = artifact.meta.redo;
  const next = { ...before, [argument]: slots[argument].many ? [value] : value };
  const question = t("ui.artifact.changed", { title: artifact.title, role, value: word });
  // A tool is called with its arguments; an agent is told which of its operations as well.
  const given = worker.startsWith("mcp:") ? next : { operation, ...next };
  return ask(question, { worker, arguments: given });
}
