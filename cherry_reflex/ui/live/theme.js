// The theme: "light", "dark" or "system"; boot.js applies it first, before anything is painted.
import { useSyncExternalStore } from "react";

const KEY = "theme";
const listeners = new Set();
let chosen;

export function theme() {
  if (chosen === undefined) {
    try {
      chosen = localStorage.getItem(KEY) || "system";
    } catch {
      chosen = "system";
    }
  }
  return chosen;
}

/** Choose a theme; it is remembered. */
export function setTheme(value) {
  chosen = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
  }
  show();
}

/** The chosen theme: light, dark or system. */
export function useTheme() {
  return useSyncExternalStore(subscribe, theme, () => "system");
}

/** What is shown now: light or dark. */
export function useShownTheme() {
  return useSyncExternalStore(subscribe, shownTheme, () => "light");
}

export function shownTheme() {
  const value = theme();
  if (value !== "system") return value;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Follow the system's theme while that is what is chosen. Returns how to stop. */
export function watchTheme() {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", show);
  return () => query.removeEventListener("change", show);
}

function show() {
  const now = shownTheme();
  document.documentElement.dataset.theme = now;
  document.documentElement.style.colorScheme = now;
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
