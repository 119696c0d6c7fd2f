// Says what was deleted, and takes it back for a while.

import { Undo2 } from "lucide-react";
import { useEffect, useState } from "react";

import { useT } from "../live/strings.js";

const SHOWN_MS = 10_000;

/** `deleted` is the conversation, or null. The time stands still under the pointer or focus. */
export default function UndoNote({ deleted, onUndo, onGone }) {
  const t = useT();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!deleted || held) return undefined;
    const timer = setTimeout(onGone, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [deleted, held, onGone]);

  return (
    <div role="status" className="c-undo-place">
      {deleted && (
        <div
          className="c-undo"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className="c-undo__text">
            {t("ui.history.deleted", { title: deleted.title || t("ui.history.untitled") })}
          </span>
          <button type="button" className="c-button" onClick={onUndo}>
            <Undo2 size={14} aria-hidden="true" />
            {t("ui.history.undo")}
          </button>
        </div>
      )}
    </div>
  );
}
