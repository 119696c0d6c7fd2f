// A number of the answer with what holds it: told beside it on hover, focus or touch; a click goes
// to the table, or to the worker. One that nothing holds says so.
import "./evidence.css";
import { createContext, useCallback, useContext, useId, useLayoutEffect, useRef, useState } from "react";
import { useT } from "../live/strings.js";
import { artifactOf, markedAt } from "./evidence.js";
import { StickContext } from "./stick.js";
import { workerTitle } from "./worker.js";

/** `{view, evidence}` of the answer that is drawn. */
export const EvidenceContext = createContext(null);

/** What closes the note that is open: there is one at a time. */
let closeOpen = null;

const GAP_PX = 6;
const SHOWN_MS = 1600;

export default function Figure({ "data-evidence": at, children }) {
  const known = useContext(EvidenceContext);
  if (!known || at === undefined) return <mark>{children}</mark>;
  const { span, isHeld } = markedAt(known.evidence, Number(at));
  if (!span) return children;
  return (
    <Marked view={known.view} span={span} isHeld={isHeld}>
      {children}
    </Marked>
  );
}

function Marked({ view, span, isHeld, children }) {
  const t = useT();
  const id = useId();
  const release = useContext(StickContext);
  const button = useRef(null);
  const note = useRef(null);
  const [isOpen, setOpen] = useState(false);
  /** Before it was pressed: a first touch tells, a second one goes there. */
  const wasOpen = useRef(false);
  const close = useCallback(() => setOpen(false), []);
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const { current } = note;
    place(current, button.current);
    addEventListener("scroll", close, { capture: true, passive: true });
    return () => {
      removeEventListener("scroll", close, { capture: true });
      current.hidePopover();
    };
  }, [isOpen, close]);
  const open = () => {
    if (closeOpen !== close) closeOpen?.();
    closeOpen = close;
    setOpen(true);
  };
  const go = () => {
    if (isHeld && span.step) show(view, span, button.current, release);
  };
  const keys = (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      go();
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <>
      {/* No <button>: what is copied from the answer has its numbers. */}
      <span
        ref={button}
        role="button"
        tabIndex={0}
        className="c-figure"
        data-held={isHeld}
        aria-describedby={id}
        onMouseEnter={open}
        onMouseLeave={close}
        onFocus={open}
        onBlur={close}
        onKeyDown={keys}
        onPointerDown={() => {
          wasOpen.current = isOpen;
        }}
        onClick={() => (wasOpen.current ? go() : open())}
      >
        {children}
      </span>
      <span ref={note} id={id} role="tooltip" popover="manual" className="c-figure__note">
        {isOpen && <Note t={t} view={view} span={span} isHeld={isHeld} />}
        {!isOpen && !isHeld && t("ui.evidence_none")}
      </span>
    </>
  );
}

function Note({ t, view, span, isHeld }) {
  if (!isHeld) return t("ui.evidence_none");
  const lane = view.lanes.find(({ step }) => step === span.step);
  const elsewhere = span.step === "datasets" ? "ui.evidence_data" : "ui.evidence_earlier";
  const source = lane ? workerTitle(t, lane.worker) : t(elsewhere);
  const place = [span.table, span.label, span.column, span.param].filter(Boolean).join(" · ");
  return (
    <>
      <strong>{source}</strong>
      {span.kind === "text" ? <span>{t("ui.evidence_text")}</span> : place && <span>{place}</span>}
      {span.expression && <code>{span.expression}</code>}
      <span className="c-figure__value">{exact(span.value)}</span>
    </>
  );
}

/** A figure as it is, with thousands separators and every digit. */
function exact(value) {
  if (value === null || value === undefined) return "";
  const written = String(value);
  if (written.includes("e")) return written;
  const [whole, fraction] = written.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction ? `${grouped}.${fraction}` : grouped;
}

function place(note, button) {
  note.showPopover();
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = note;
  const above = at.top - GAP_PX - height;
  const left = Math.min(at.left, window.innerWidth - width - GAP_PX);
  note.style.left = `${Math.max(GAP_PX, left)}px`;
  note.style.top = `${above >= GAP_PX ? above : at.bottom + GAP_PX}px`;
}

/** Bring the table that holds it, or the lane, into view, and let it be seen for a moment. */
function show(view, span, from, release) {
  const run = from.closest(".c-run");
  const artifact = artifactOf(view, span);
  const found =
    (artifact && run?.querySelector(`[data-artifact="${CSS.escape(artifact.id)}"]`)) ||
    run?.querySelector(`.c-lane[data-step="${CSS.escape(span.step)}"]`);
  if (!found) return;
  release();
  found.scrollIntoView({ block: "center" });
  found.dataset.shown = "";
  setTimeout(() => delete found.dataset.shown, SHOWN_MS);
}
