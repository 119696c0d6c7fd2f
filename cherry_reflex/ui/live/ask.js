// What a person does: ask, stop, answer, ask again. Everything is committed by the server before
// the promise resolves; rejections are ApiErrors.
import { settleAt } from "./address.js";
import { api } from "./api.js";
import { language } from "./language.js";
import { flush, mark } from "./signals.js";
import * as store from "./store.js";

const TRY_MS = 5_000;
const TRIES_MS = 30_000;
const PAUSE_MS = 500;
/** The server is away for a moment, or on its way out or in. */
const PASSING = ["server_unreachable", "starting", "closing"];

/** What is being made, of each start of a conversation: who goes to a new one gets another. */
const making = new WeakMap();

/** The id of the conversation; one is made when there is none yet. */
export async function conversationForWriting() {
  const shown = store.current();
  if (shown.id) return shown.id;
  if (!making.has(shown)) making.set(shown, made(shown).finally(() => making.delete(shown)));
  return making.get(shown);
}

async function made(shown) {
  const answer = await patiently("/api/conversations", {});
  const meta = answer.conversation ?? answer;
  // The person may have gone elsewhere meanwhile.
  if (store.current() === shown) {
    settleAt(meta.id);
    store.begin(meta);
  }
  return meta.id;
}

/** Ask a question. It is shown at once, as `pending`, until the server has it. */
export async function ask(question) {
  // The run has its id from here: asked again, because the answer was lost, it is accepted once,
  // and what is shown of it takes the place of the question alone from its first record on.
  const runId = crypto.randomUUID().replaceAll("-", "");
  const shown = store.current();
  shown.pending = question;
  shown.pendingRun = runId;
  mark("conversation");
  flush();
  try {
    const id = await conversationForWriting();
    await patiently(`/api/conversations/${id}/runs`, {
      question,
      language: language(),
      run_id: runId,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
    });
    return runId;
  } catch (error) {
    // A conversation that was begun for it has taken it over.
    for (const one of [shown, store.current()]) if (one.pendingRun === runId) one.pending = "";
    throw error;
  } finally {
    mark("conversation");
    flush();
  }
}

/** Post until the server answers: what a person wrote must not be lost to a short loss. */
async function patiently(path, json) {
  const began = performance.now();
  for (;;) {
    try {
      return await api(path, { json, patienceMs: TRY_MS });
    } catch (error) {
      const isOver = performance.now() - began > TRIES_MS;
      if (isOver || !PASSING.includes(error.code)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export function stop(runId, step) {
  return api(`/api/runs/${runId}/cancel`, { json: step ? { step } : {} });
}

/** `reading` is one of the person's own, which `reply` words, where readings were offered. */
export function answer(runId, step, reply, reading) {
  return api(`/api/runs/${runId}/answer`, { json: { step, reply, reading } });
}

/** `change` is another choice for the step: `{request, arguments}`. */
export function retry(runId, step, change) {
  return api(`/api/runs/${runId}/retry`, { json: step ? { step, change } : {} });
}

/** Say how an answer was: "up", "down", or "" to take it back. */
export async function rate(view, value) {
  await api(`/api/runs/${view.run_id}/feedback`, { method: "PUT", json: { value } });
  view.feedback = value;
}
