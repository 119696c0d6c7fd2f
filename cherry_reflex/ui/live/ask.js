// What a person does: ask, stop, answer, ask again. Everything is committed by the server before
// the promise resolves; rejections are ApiErrors.
import { settleAt } from "./address.js";
import { api } from "./api.js";
import { language } from "./language.js";
import { flush, mark } from "./signals.js";
import * as store from "./store.js";

let making = null;

/** The id of the conversation; one is made when there is none yet. */
export async function conversationForWriting() {
  const shown = store.current();
  if (shown.id) return shown.id;
  making ??= api("/api/conversations", { json: {} })
    .then((answer) => {
      const meta = answer.conversation ?? answer;
      // The person may have gone elsewhere meanwhile.
      if (store.current() === shown) {
        settleAt(meta.id);
        store.begin(meta);
      }
      return meta.id;
    })
    .finally(() => {
      making = null;
    });
  return making;
}

/** Ask a question. It is shown at once, as `pending`, until the server has it. `direct` may hold
 *  `{worker, arguments}`: who is asked, and what was chosen for it. */
export async function ask(question, direct = {}) {
  const id = await conversationForWriting();
  const shown = store.current();
  shown.pending = question;
  mark("conversation");
  flush();
  try {
    const { run_id: runId } = await api(`/api/conversations/${id}/runs`, {
      json: { question, language: language(), ...direct },
    });
    shown.pendingRun = runId;
    return runId;
  } catch (error) {
    shown.pending = "";
    throw error;
  } finally {
    mark("conversation");
    flush();
  }
}

export function stop(runId, step) {
  return api(`/api/runs/${runId}/cancel`, { json: step ? { step } : {} });
}

export function answer(runId, step, reply) {
  return api(`/api/runs/${runId}/answer`, { json: { step, reply } });
}

export function retry(runId, step) {
  return api(`/api/runs/${runId}/retry`, { json: step ? { step } : {} });
}

/** Say how an answer was: "up", "down", or "" to take it back. */
export async function rate(view, value) {
  await api(`/api/runs/${view.run_id}/feedback`, { method: "PUT", json: { value } });
  view.feedback = value;
}
