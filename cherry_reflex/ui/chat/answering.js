// Whether what is written in the composer answers a worker's question, and whose.
import { mark, useSignal } from "../live/signals.js";
import { current, liveRun } from "../live/store.js";
import { draftOf } from "./draft.js";

/** The questions that are asked, by run, lane and attempt: true is answered in the composer. */
const decided = new Map();

/** `{runId, lane, isHere}`: the first question that waits for its answer, and whether the composer
 *  answers it; null when nobody asks. */
export function useAnswering() {
  useSignal("asking");
  useSignal("conversation");
  return answering();
}

export function answering() {
  const view = liveRun();
  const lane = view?.lanes.find(({ state }) => state === "input");
  if (!lane) return null;
  const key = keyOf(view, lane);
  // What was being written when it began to ask was meant for something else.
  if (!decided.has(key)) decided.set(key, !draftOf(current().id).trim());
  return { runId: view.run_id, lane, isHere: decided.get(key) };
}

/** Answer in the composer, or ask something else there. */
export function answerHere(isHere) {
  const asked = answering();
  if (!asked) return;
  decided.set(keyOf(liveRun(), asked.lane), isHere);
  mark("asking");
  document.getElementById("composer")?.focus();
}

function keyOf(view, lane) {
  const answers = lane.items.filter(({ kind }) => kind === "answer").length;
  return [view.run_id, lane.step, lane.attempt, answers].join("/");
}
