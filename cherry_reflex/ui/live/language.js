// The language of the page: remembered choice, else the server's setting, else the browser's.
import { useSyncExternalStore } from "react";

const KEY = "cherry.language";
const listeners = new Set();

export const LANGUAGES = { ko: "한국어", en: "English" };

export function language() {
  if (typeof document === "undefined") return "en";
  return document.documentElement.lang === "ko" ? "ko" : "en";
}

/** Choose a language; it is remembered. */
export function setLanguage(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
  show(value);
}

/** Take over what the server is set to, unless the person has chosen. */
export function offerLanguage(value) {
  if (!value) return;
  try {
    if (localStorage.getItem(KEY)) return;
  } catch {
    // As above.
  }
  show(value);
}

export function useLanguage() {
  return useSyncExternalStore(subscribe, language, () => "en");
}

function show(value) {
  if (value === language()) return;
  document.documentElement.lang = value;
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
