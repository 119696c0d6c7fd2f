// What the operator has set for the page (`CHERRY_UI_…`): the first script has it from the server
// (`api/routes/boot.py`). Reflex's development server knows nothing of it; the defaults hold there.

const DEFAULTS = { updateMs: 200, runs: 50, nearPx: 64 };

function told(name) {
  const value = globalThis.document?.documentElement.dataset[name];
  return value === undefined ? undefined : Number(value);
}

/** The longest question, in characters; the server refuses a longer one in any case. */
export function questionCharsMax() {
  return told("questionChars") ?? Infinity;
}

/** What of the lock of computations the server's system lacks: names, none where it is whole. */
export function notLocked() {
  const told = globalThis.document?.documentElement.dataset.notLocked ?? "";
  return told.split(" ").filter(Boolean);
}

/** Where to get a conversation: its newest runs, or those before the event `before`. */
export function conversationPath(id, before) {
  const path = `/api/conversations/${id}?limit=${told("runs") ?? DEFAULTS.runs}`;
  return before === undefined ? path : `${path}&before=${before}`;
}

/** Whether a view that ends `away` px further down follows what comes. */
export function isNear(away) {
  return away <= (told("nearPx") ?? DEFAULTS.nearPx);
}

/** How long to gather text after a drawing that took `spent` ms: as long again, at most. */
export function restAfter(spent) {
  return Math.min(told("updateMs") ?? DEFAULTS.updateMs, spent);
}
