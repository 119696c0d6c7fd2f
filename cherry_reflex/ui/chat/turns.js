// Which of the texts that grow at this moment is parsed when. Parsing several long ones in one
// drawing would hold up every word of it, so they take turns, and parsing all of them together takes
// a small part of the time, however many they are.

/** Parsing and drawing that takes no longer is done for every piece (ms); a drawing that has taken
 *  longer leaves the texts that are left to later ones. */
const CHEAP_MS = 1;
/** Otherwise the pause after it is so many times as long, so that few pieces wait for it. */
const PAUSES = 24;
const PAUSE_MAX_MS = 2000;

/** `wake` functions of the texts whose newest words are not parsed yet; who waits longest is first. */
const waiting = new Set();
let next = 0;
let began = 0;
let timer = null;

/** May the text that is drawn again by `wake` be parsed in this drawing? Otherwise it waits for its
 *  turn, when it is woken unless new words come before. `isAnew`: nothing of it is parsed, and there
 *  is nothing to append to. */
export function take(wake, isAnew) {
  const now = performance.now();
  const isFirst = waiting.size === 0 || waiting.values().next().value === wake;
  const isSpent = began > 0 && now - began > CHEAP_MS;
  if (!isAnew && (now < next || !isFirst || isSpent)) {
    waiting.add(wake);
    return false;
  }
  waiting.delete(wake);
  began ||= now;
  return true;
}

/** What was drawn stands on the page. */
export function drawn() {
  const now = performance.now();
  if (began > 0) {
    const cost = now - began;
    next = now + (cost <= CHEAP_MS ? 0 : Math.min(PAUSE_MAX_MS, cost * PAUSES));
    began = 0;
  }
  if (timer !== null || waiting.size === 0) return;
  // The last words are parsed also when no more come.
  timer = setTimeout(() => {
    timer = null;
    waiting.values().next().value?.();
  }, next - now + 1);
}

/** The text is not there any more, or does not grow any more. */
export function leave(wake) {
  waiting.delete(wake);
}
