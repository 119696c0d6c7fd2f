// What is being written, for each conversation: it survives switching, reloading and failed sends.
import { flush, mark } from "../live/signals.js";
import { current } from "../live/store.js";

const KEY = "cherry.draft.";
const drafts = new Map();

export function draftOf(id) {
  if (!drafts.has(id)) {
    drafts.set(id, kept(id));
    const { id: shown, isBegun } = current();
    // A conversation that was just made here goes on with what was being written for it.
    if (id && id === shown && isBegun && draftOf("")) {
      keep(id, draftOf(""));
      keep("", "");
    }
  }
  return drafts.get(id);
}

export function setDraft(id, text) {
  keep(id, text);
  mark("draft");
  flush();
}

function kept(id) {
  try {
    return localStorage.getItem(KEY + (id || "new")) ?? "";
  } catch {
    // Storage can be forbidden; drafts then last as long as the page.
    return "";
  }
}

function keep(id, text) {
  drafts.set(id, text);
  try {
    if (text) localStorage.setItem(KEY + (id || "new"), text);
    else localStorage.removeItem(KEY + (id || "new"));
  } catch {
    // As above.
  }
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
