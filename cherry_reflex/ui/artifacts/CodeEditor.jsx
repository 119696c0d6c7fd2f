// Code that a person changes, and runs again: Ctrl+Enter runs, Escape leaves it as it was.

import { Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { failureText, useT } from "../live/strings.js";

const ROWS_MIN = 4;
const ROWS_MAX = 24;

export default function CodeEditor({ code, label, onRun, onClose }) {
  const t = useT();
  const box = useRef(null);
  const [text, setText] = useState(code);
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState(null);
  useEffect(() => box.current?.focus(), []);
  const run = async () => {
    if (isRunning || !text.trim()) return;
    setRunning(true);
    setFailure(null);
    try {
      await onRun(text);
    } catch (error) {
      setFailure(error);
    } finally {
      setRunning(false);
    }
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <div className="c-code__editor">
      <textarea
        ref={box}
        className="c-code__text"
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        rows={Math.min(ROWS_MAX, Math.max(ROWS_MIN, text.split("\n").length + 1))}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {failure && (
        <p role="alert" className="c-artifact__problem">
          {failureText(t, failure)}
        </p>
      )}
      <div className="c-code__actions">
        <button
          type="button"
          className="c-button c-button--primary"
          disabled={isRunning || !text.trim()}
          onClick={run}
        >
          <Play size={14} aria-hidden="true" />
          {t("ui.artifact.run_code")}
        </button>
        <button type="button" className="c-button c-button--quiet" onClick={onClose}>
          {t("ui.artifact.leave_code")}
        </button>
      </div>
    </div>
  );
}
