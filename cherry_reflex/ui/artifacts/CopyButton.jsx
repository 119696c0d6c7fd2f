// Copies a text and says so.

import { Check, Copy, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useT } from "../live/strings.js";

const SAID_MS = 1800;

/** `text` is a function that returns the text, or a promise of it. */
export default function CopyButton({ text, label, className = "", disabled = false }) {
  const t = useT();
  const [state, setState] = useState("");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async () => {
    let next = "done";
    try {
      // Given as a promise, so that the click still counts as one after the fetch (Safari).
      if (window.ClipboardItem) {
        const blob = Promise.resolve(text()).then((it) => new Blob([it], { type: "text/plain" }));
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      } else {
        await navigator.clipboard.writeText(await text());
      }
    } catch {
      next = "failed";
    }
    setState(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState(""), SAID_MS);
  };

  const Icon = state === "done" ? Check : state === "failed" ? TriangleAlert : Copy;
  const said = state && t(state === "done" ? "ui.copy.done" : "ui.copy.failed");
  return (
    <>
      <button
        type="button"
        className={`c-icon-button ${className}`}
        aria-label={label}
        title={said || label}
        disabled={disabled}
        onClick={copy}
      >
        <Icon size={16} aria-hidden="true" />
      </button>
      <span className="c-hidden" role="status">
        {said}
      </span>
    </>
  );
}
