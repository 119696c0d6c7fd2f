// Who looks at what. Views are changed in place; a part that changed is marked by its key, and the
// components that look at that part are told together, at most once a frame.
import { useCallback, useSyncExternalStore } from "react";

const FLUSH_MS = 33;
const versions = new Map();
const listeners = new Map();
const dirty = new Set();
let timer = null;
let flushedAt = 0;
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
  clearTimeout(timer);
  timer = null;
  flushedAt = performance.now();
  const keys = [...dirty];
  dirty.clear();
  for (const key of keys) versions.set(key, (versions.get(key) ?? 0) + 1);
  for (const key of keys) listeners.get(key)?.forEach((listener) => listener());
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

function schedule() {
  if (timer !== null) return;
  const wait = Math.max(0, FLUSH_MS - (performance.now() - flushedAt));
  // A hidden page has no frames, but must still acknowledge what it gets.
  timer = setTimeout(() => {
    if (document.hidden) flush();
    else requestAnimationFrame(flush);
  }, wait);
}
