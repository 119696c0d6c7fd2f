// Who looks at what. Views are changed in place; a part that changed is marked by its key, and the
// components that look at that part are told together: at once while the page is idle, at most every
// few milliseconds otherwise, and less often when drawing takes long, so that the page stays responsive.
import { useCallback, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { restAfter } from "./settings.js";

/** Between two drawings, so that what comes close together is drawn at once. */
const FRAME_MS = 4;
const versions = new Map();
const listeners = new Map();
const dirty = new Set();
let isScheduled = false;
let notBefore = 0;
let afterFlush = () => {};

/** Render the component again whenever the part `key` has changed. */
export function useSignal(key) {
  const subscribe = useCallback((listener) => listen(key, listener), [key]);
  return useSyncExternalStore(
    subscribe,
    () => versions.get(key) ?? 0,
    () => 0,
  );
}

/** Mark a part as changed. */
export function mark(key) {
  dirty.add(key);
  schedule();
}

/** Tell now instead of at the next frame: for what a person has just done. */
export function flush() {
  if (dirty.size > 0) {
    const keys = [...dirty];
    dirty.clear();
    tell(keys);
  }
  afterFlush();
}

/** `callback` runs after every flush: what it draws is then on its way. */
export function onFlush(callback) {
  afterFlush = callback;
}

export function listen(key, listener) {
  if (!listeners.has(key)) listeners.set(key, new Set());
  listeners.get(key).add(listener);
  return () => {
    listeners.get(key)?.delete(listener);
    if (listeners.get(key)?.size === 0) listeners.delete(key);
  };
}

function tell(keys) {
  for (const key of keys) versions.set(key, (versions.get(key) ?? 0) + 1);
  for (const key of keys) listeners.get(key)?.forEach((listener) => listener());
}

function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  const wait = notBefore - performance.now();
  // What one message changes is told together, when its handler is through.
  if (wait <= 0) queueMicrotask(draw);
  else setTimeout(draw, wait);
}

/** Flush, and see how long drawing takes: React draws within `flushSync`. */
function draw() {
  isScheduled = false;
  const began = performance.now();
  flushSync(flush);
  const ended = performance.now();
  // Drawing may take one part in two of the time before it is done less often.
  notBefore = Math.max(began + FRAME_MS, ended + restAfter(ended - began));
}
