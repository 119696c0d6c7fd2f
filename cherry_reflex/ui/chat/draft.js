// What is being written, for each conversation: it survives switching, reloading and failed sends.
import { flush, mark } from "../live/signals.js";
import { current } from "../live/store.js";

const KEY = "cherry.draft.";
const drafts = new Map();

export function draftOf(id) {
  if (!drafts.has(id)) {
    let kept = "";
    try {
      kept = localStorage.getItem(KEY + (id || "new")) ?? "";
    } catch {
      // Storage can be forbidden; drafts then last as long as the page.
    }
    drafts.set(id, kept);
  }
  return drafts.get(id);
}

export function setDraft(id, text) {
  drafts.set(id, text);
  try {
    if (text) localStorage.setItem(KEY + (id || "new"), text);
    else localStorage.removeItem(KEY + (id || "new"));
  } catch {
    // As above.
  }
  mark("draft");
  flush();
}

/** Put words into the composer, for the person to go on from. */
export function suggest(text) {
  setDraft(current().id, text);
  document.getElementById("composer")?.focus();
}

/** Begin a question about a dataset that was made. */
export function mention(artifact) {
  suggest(`“${artifact.title}”: `);
}
