// Another reading for a step that has run: it is done again with it, in its place, and so is all that
// builds on it. What was there before is one click away.
import { answer, retry } from "../live/ask.js";
import { refreshDataset, runView } from "../live/store.js";
import { argumentsOf } from "./stepArguments.js";
import { plain } from "./sentence.js";

/** What a step was given before it was last changed here, by run and step. */
const before = new Map();
/** The step that was changed last: the focus returns to it. */
let last = "";

const placeOf = (runId, step) => `${runId}/${step}`;

/** Do the step again with `reading`, whose words are `sentence`. */
export async function choose(runId, lane, artifact, reading, sentence) {
  const given = argumentsOf(lane, artifact, reading);
  const place = placeOf(runId, lane.step);
  const was = runView(runId)?.plan?.steps.find(({ id }) => id === lane.step);
  await change(runId, lane.step, artifact, { request: plain(sentence), arguments: given });
  if (was?.arguments) before.set(place, { request: was.request, arguments: was.arguments });
}

/** Whether the last change can be undone. */
export function canUndo(runId, step) {
  return before.has(placeOf(runId, step));
}

export async function undo(runId, step, artifact) {
  const place = placeOf(runId, step);
  await change(runId, step, artifact, before.get(place));
  before.delete(place);
}

/** Answer a question by a reading of one's own, in words. */
export async function answerReading(runId, step, sentence, reading, datasetId) {
  await answer(runId, step, plain(sentence), reading);
  refreshDataset(datasetId);
}

/** Whether the focus was in what this step has replaced; says so once. */
export function takesFocus(runId, step) {
  const isIt = last === placeOf(runId, step) && document.activeElement === document.body;
  if (isIt) last = "";
  return isIt;
}

async function change(runId, step, artifact, made) {
  last = placeOf(runId, step);
  await retry(runId, step, made);
  // What a word means may have been learned by it.
  refreshDataset(artifact.meta.redo?.arguments.dataset);
}
