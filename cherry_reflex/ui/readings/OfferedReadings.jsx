// The readings that a question back offers: sentences with what differs in bold, and the form for what
// is none of them.
import "./readings.css";
import { Pencil } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useT } from "../live/strings.js";
import { refreshDataset } from "../live/store.js";
import { answerReading } from "./change.js";
import { datasetOf } from "./dataset.js";
import Marked from "./Marked.jsx";
import { plain } from "./sentence.js";

const ReadingForm = lazy(() => import("./ReadingForm.jsx"));

/** `send(words)` replies in words. */
export default function OfferedReadings({ runId, lane, busy, send }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { options, choices, step } = lane;
  const [first] = choices;
  const dataset = datasetOf(runId, first);
  const take = async (option) => {
    await send(plain(option));
    refreshDataset(dataset.id);
  };
  return (
    <div className="c-inquiry__options c-inquiry__options--readings">
      {options.map((option) => (
        <button
          key={option}
          type="button"
          className="c-reading__other"
          disabled={busy}
          onClick={() => take(option)}
        >
          <span>
            <Marked text={option} />
          </span>
        </button>
      ))}
      <button
        type="button"
        className="c-button c-reading__none"
        disabled={busy}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Pencil size={14} aria-hidden="true" />
        {t("ui.reading.none")}
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <ReadingForm
            reading={first}
            dataset={dataset}
            onSend={(reading, sentence) => answerReading(runId, step, sentence, reading, dataset.id)}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
