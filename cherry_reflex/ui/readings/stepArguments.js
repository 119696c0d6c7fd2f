// What a step is given, to be done again with another reading.
const ALTERNATIVES_MAX = 3;

/** The arguments of the step: an agent does all its operations again, one of them with the other
 *  reading. The one that it had, and what else was offered, stay at hand. */
export function argumentsOf(lane, artifact, reading) {
  const { reading: told, redo } = artifact.meta;
  const others = [told.reading, ...told.alternatives.map((one) => one.reading)];
  const operation = {
    operation: redo.operation,
    ...redo.arguments,
    reading,
    alternatives: others.filter((one) => !same(one, reading)).slice(0, ALTERNATIVES_MAX),
  };
  if (told.words) operation.words = told.words;
  const calls = lane.items.filter(({ kind, ok }) => kind === "call" && ok);
  if (calls.length < 2) return operation;
  const changed = (call) => call.call === redo.call;
  return {
    operations: calls.map((call) =>
      changed(call) ? operation : { ...call.arguments, operation: call.name },
    ),
  };
}

/** The order of keys means nothing: protocols lose it. */
function same(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}
