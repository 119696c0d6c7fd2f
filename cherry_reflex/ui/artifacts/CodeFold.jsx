// The query or code that made an artifact: folded, coloured, copied with one click; edited and run
// again where it can be.

import { ChevronRight, Pencil } from "lucide-react";
import { useEffect, useState } from "react";

import "./code.css";
import { useT } from "../live/strings.js";
import CodeEditor from "./CodeEditor.jsx";
import CopyButton from "./CopyButton.jsx";
import { highlighted } from "./highlight.js";

const NAMES = { sql: "SQL", python: "Python", json: "JSON" };

function labelOf(t, language) {
  const name = NAMES[language];
  return name ? t("ui.artifact.code_in", { language: name }) : t("ui.artifact.code");
}

/** `onRun(code)` runs it again, as it was changed. */
export default function CodeFold({ code, language = "", onRun }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [isEdited, setEdited] = useState(false);
  return (
    <details className="c-code" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="c-code__head">
        <ChevronRight size={14} aria-hidden="true" className="c-code__chevron" />
        {labelOf(t, language)}
      </summary>
      {open && isEdited && onRun && (
        <CodeEditor code={code} label={labelOf(t, language)} onRun={onRun} onClose={() => setEdited(false)} />
      )}
      {open && !(isEdited && onRun) && <Code code={code} language={language} />}
      {open && !isEdited && onRun && (
        <div className="c-code__actions">
          <button type="button" className="c-button c-button--quiet" onClick={() => setEdited(true)}>
            <Pencil size={14} aria-hidden="true" />
            {t("ui.artifact.edit_code")}
          </button>
        </div>
      )}
    </details>
  );
}

/** Code in a well, coloured as soon as the colours are there. */
export function Code({ code, language }) {
  const t = useT();
  const [html, setHtml] = useState(null);
  useEffect(() => {
    let current = true;
    setHtml(null);
    highlighted(code, language).then(
      (value) => current && setHtml(value),
      () => {}, // The colours could not be loaded: the plain code stays.
    );
    return () => {
      current = false;
    };
  }, [code, language]);
  return (
    <div className="c-code__well">
      <CopyButton className="c-code__copy" text={() => code} label={t("ui.artifact.copy_code")} />
      <pre tabIndex={0} role="region" aria-label={labelOf(t, language)}>
        {html === null ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
}
