// One reading of the question: quietly when it is sure or chosen; as a guess when it is one, with the
// words that it did not use and what else could be meant, each with its result.
import { Check, ChevronRight, CircleHelp, Pencil, ScanText, Undo2 } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useRef, useState } from "react";
import Attempt from "../chat/Attempt.jsx";
import { useT } from "../live/strings.js";
import { canUndo, choose, takesFocus, undo } from "./change.js";
import Marked from "./Marked.jsx";
import { datasetOf } from "./dataset.js";

const ReadingForm = lazy(() => import("./ReadingForm.jsx"));
const SIGNS = { sure: ScanText, guess: CircleHelp, chosen: Check };

export default function Reading({ runId, lane, artifact, isBusy, isFormer }) {
  const t = useT();
  const id = useId();
  const box = useRef(null);
  const [isOpen, setOpen] = useState(false);
  const { reading: told, redo } = artifact.meta;
  const band = told.band in SIGNS ? told.band : "guess";
  const isGuess = band === "guess";
  const Sign = SIGNS[band];
  const { unused = [], alternatives = [] } = told;
  const { step } = lane;
  useEffect(() => {
    if (!isBusy && takesFocus(runId, step)) {
      box.current.querySelector(".c-reading__edit")?.focus({ preventScroll: true });
    }
  }, [isBusy, runId, step]);
  const take = (reading, sentence) => choose(runId, lane, artifact, reading, sentence);
  return (
    <section
      ref={box}
      className="c-reading"
      data-band={band}
      data-former={isFormer || undefined}
      aria-busy={isFormer}
      aria-labelledby={id}
    >
      <div className="c-reading__line">
        <p className="c-reading__words">
          <Sign size={16} aria-hidden="true" />
          <span id={id} className="c-reading__band">
            {t(`ui.reading.band.${band}`)}
          </span>{" "}
          <span className="c-reading__sentence">
            <Marked text={told.sentence} />
          </span>
        </p>
        {redo && (
          <div className="c-reading__actions">
            {isGuess && (
              <Attempt
                act={() => take(told.reading, told.sentence)}
                className="c-button"
                {...(isBusy && { disabled: true })}
              >
                <Check size={14} aria-hidden="true" />
                {t("ui.reading.right")}
              </Attempt>
            )}
            {!isBusy && canUndo(runId, step) && (
              <Attempt
                act={() => undo(runId, step, artifact)}
                className="c-button c-button--quiet"
              >
                <Undo2 size={14} aria-hidden="true" />
                {t("ui.reading.undo")}
              </Attempt>
            )}
            <button
              type="button"
              className="c-button c-button--quiet c-reading__edit"
              disabled={isBusy}
              aria-haspopup="dialog"
              onClick={() => setOpen(true)}
            >
              <Pencil size={14} aria-hidden="true" />
              {t("ui.reading.edit")}
            </button>
          </div>
        )}
      </div>
      {isGuess && unused.length > 0 && (
        <p className="c-reading__unused">
          {t("ui.reading.unused")} <strong>{unused.join(", ")}</strong>
        </p>
      )}
      {alternatives.length > 0 && redo && (
        <Alternatives {...{ t, isGuess, alternatives, isBusy, take }} />
      )}
      {isOpen && (
        <Suspense fallback={null}>
          <ReadingForm
            reading={told.reading}
            dataset={datasetOf(runId, told.reading, redo.arguments.dataset)}
            onSend={take}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </section>
  );
}

/** What else could be meant: in sight beside a guess, folded otherwise. */
function Alternatives({ t, isGuess, alternatives, isBusy, take }) {
  const list = (
    <ul className="c-reading__others">
      {alternatives.map(({ sentence, result, reading }) => (
        <li key={sentence}>
          <Attempt
            act={() => take(reading, sentence)}
            className="c-reading__other"
            {...(isBusy && { disabled: true })}
          >
            <span>
              <Marked text={sentence} />
            </span>
            {result && <span className="c-reading__result">{result}</span>}
          </Attempt>
        </li>
      ))}
    </ul>
  );
  if (isGuess) {
    return (
      <div className="c-reading__choice">
        <p>{t("ui.reading.or")}</p>
        {list}
      </div>
    );
  }
  return (
    <details className="c-reading__more">
      <summary>
        <ChevronRight size={14} aria-hidden="true" />
        {t("ui.reading.others", { count: alternatives.length })}
      </summary>
      {list}
    </details>
  );
}
