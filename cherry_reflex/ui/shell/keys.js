// The keys that work everywhere: Esc stop, Ctrl/Cmd+K search, +Shift+O new, +Shift+S sidebar, +/ help.
import { useEffect, useRef } from "react";
import { stop } from "../live/ask.js";
import { liveRun } from "../live/store.js";

export function useKeys(actions) {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const listener = (event) => {
      const action = actionOf(event, latest.current);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

function actionOf(event, { onSearch, onNew, onSidebar, onHelp }) {
  if (event.isComposing || event.defaultPrevented) return null;
  if (event.key === "Escape") {
    const run = liveRun();
    // Esc closes what is open first; those parts prevent the default.
    if (!run || document.querySelector("dialog[open], [data-closes-on-escape]")) return null;
    return () => stop(run.run_id).catch(() => {});
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.shiftKey) return { o: onNew, s: onSidebar }[key];
  return { k: onSearch, "/": onHelp }[key];
}
