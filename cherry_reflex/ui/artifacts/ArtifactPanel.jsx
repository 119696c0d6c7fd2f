// A wide artifact: a panel at the right, on a phone a sheet from below.

import { X } from "lucide-react";
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";

import "./artifacts.css";
import "./panel.css";
import { useT } from "../live/strings.js";
import { facts } from "./ArtifactHead.jsx";
import Chart from "./Chart.jsx";
import Chosen from "./Chosen.jsx";
import CodeFold from "./CodeFold.jsx";
import CopyTable from "./CopyTable.jsx";
import DataGrid from "./DataGrid.jsx";
import Download from "./Download.jsx";
import FileBody from "./FileBody.jsx";
import PanelEdge from "./PanelEdge.jsx";
import SampleNote from "./SampleNote.jsx";
import TextBody from "./TextBody.jsx";
import { keepInside } from "./focus.js";
import { pathOf } from "./path.js";

const PHONE = "(max-width: 767px)";

function usePhone() {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(PHONE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(PHONE).matches,
    () => false,
  );
}

/** Shows `artifact` (nothing when null). The focus goes in, stays in until `onClose`, and returns. */
export default function ArtifactPanel({ artifact, siblings, onOpen, onClose }) {
  const phone = usePhone();
  if (!artifact) return null;
  return (
    <Panel
      key={phone ? "sheet" : "panel"}
      phone={phone}
      artifact={artifact}
      siblings={siblings}
      onOpen={onOpen}
      onClose={onClose}
    />
  );
}

function Panel({ phone, artifact, siblings, onOpen, onClose }) {
  const t = useT();
  const id = useId();
  const dialog = useRef(null);
  const [slot, setSlot] = useState(null);
  const tabular = artifact.kind === "table" || artifact.kind === "dataset";

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (phone) element.showModal();
    else element.show();
    return () => {
      element.close();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, [phone]);

  // Esc closes the panel from anywhere on the page, unless it closes something above it.
  useEffect(() => {
    const listener = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog:modal, [data-closes-on-escape]")) return;
      event.preventDefault();
      onClose();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, [onClose]);

  useEffect(() => {
    // What follows a choice that was changed in the conversation leaves the focus there.
    if (document.activeElement?.matches("select[data-argument]")) return;
    dialog.current.querySelector(".c-panel__title").focus({ preventScroll: true });
  }, [artifact.id]);

  const keys = (event) => {
    if (event.key === "Tab") keepInside(dialog.current, event);
  };

  return (
    <dialog
      ref={dialog}
      className={phone ? "c-panel c-panel--sheet" : "c-panel"}
      aria-labelledby={id}
      onKeyDown={keys}
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The backdrop belongs to the dialog itself.
        if (phone && event.target === dialog.current) onClose();
      }}
    >
      {!phone && <PanelEdge />}
      <div className="c-panel__inside">
        <div className="c-panel__head">
          <h2 id={id} tabIndex={-1} className="c-panel__title" title={artifact.title}>
            {artifact.title}
          </h2>
          <span className="c-artifact__facts">{facts(t, artifact)}</span>
          <span className="c-artifact__actions">
            <span ref={setSlot} className="c-artifact__slot" />
            {tabular && <CopyTable path={pathOf(artifact)} rows={artifact.meta.rows} />}
            {artifact.kind !== "chart" && <Download artifact={artifact} />}
            <button
              type="button"
              className="c-icon-button"
              aria-label={t("ui.panel.close")}
              title={t("ui.panel.close")}
              onClick={onClose}
            >
              <X size={17} aria-hidden="true" />
            </button>
          </span>
        </div>
        <Chosen artifact={artifact} />
        <div className="c-panel__body">
          {tabular && <DataGrid key={artifact.id} path={pathOf(artifact)} name={artifact.title} />}
          {artifact.kind === "chart" && (
            <Chart
              key={artifact.id}
              artifact={artifact}
              siblings={siblings}
              slot={slot}
              wide
              onOpen={onOpen}
            />
          )}
          {artifact.kind === "text" && <TextBody key={artifact.id} artifact={artifact} wide />}
          {artifact.kind === "file" && <FileBody artifact={artifact} />}
        </div>
        <SampleNote sample={artifact.meta.sample} />
        {artifact.meta.code && (
          <CodeFold code={artifact.meta.code} language={artifact.meta.language} />
        )}
      </div>
    </dialog>
  );
}
