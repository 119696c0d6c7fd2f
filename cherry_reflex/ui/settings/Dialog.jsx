// A dialog in the middle of the page, on a phone the whole of it. The browser keeps the focus
// inside and gives it back; Esc and a click beside it close it.

import { X } from "lucide-react";
import { useId, useLayoutEffect, useRef } from "react";

import "./dialog.css";
import "./settings.css";
import { useT } from "../live/strings.js";

export default function Dialog({ title, onClose, className = "", children }) {
  const t = useT();
  const id = useId();
  const dialog = useRef(null);
  // Closed while still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`c-dialog ${className}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="c-dialog__inside">
        <div className="c-dialog__head">
          <h2 id={id} className="c-dialog__title">
            {title}
          </h2>
          <button
            type="button"
            className="c-icon-button"
            aria-label={t("ui.panel.close")}
            title={t("ui.panel.close")}
            onClick={onClose}
          >
            <X size={17} aria-hidden="true" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
