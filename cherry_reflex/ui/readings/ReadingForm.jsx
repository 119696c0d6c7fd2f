// A reading as a form: what is measured, by what, only where, in which order. What it has no fields
// for is kept as it is, and said in words.
import "./form.css";
import { useState } from "react";
import { failureText, useT } from "../live/strings.js";
import Dialog from "../settings/Dialog.jsx";
import ConditionFields from "./ConditionFields.jsx";
import ColumnFields from "./ColumnFields.jsx";
import { formOf, incomplete, readingOf, sectionsOf, TASKS } from "./form.js";
import MeasureFields from "./MeasureFields.jsx";
import OrderFields from "./OrderFields.jsx";
import { keptWords, readingWords, taskWords } from "./words.js";

/** `onSend(reading, sentence)` is given what was chosen. */
export default function ReadingForm({ reading, dataset, onSend, onClose }) {
  const t = useT();
  const [form, setForm] = useState(() => formOf(reading));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  const { columns } = dataset;
  const shown = sectionsOf(form);
  const wrong = incomplete(form);
  const kept = keptWords(t, reading);
  const set = (change) => setForm((now) => ({ ...now, ...change }));
  const send = async (event) => {
    event.preventDefault();
    const chosen = readingOf(reading, form, columns);
    setBusy(true);
    setFailure(null);
    try {
      await onSend(chosen, readingWords(t, chosen));
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const tasks = TASKS.includes(form.task) ? TASKS : [form.task, ...TASKS];
  const given = { t, columns, wrong };
  return (
    <Dialog title={t("ui.reading.form_title")} onClose={onClose} className="c-dialog--reading">
      <form className="c-form" onSubmit={send}>
        <div className="c-form__body" tabIndex={-1}>
          {dataset.name && <p className="c-form__data">{dataset.name}</p>}
          <label className="c-form__task">
            <span>{t("ui.reading.what")}</span>
            <select
              className="c-field"
              value={form.task}
              onChange={(event) => set({ task: event.target.value })}
            >
              {tasks.map((task) => (
                <option key={task} value={task}>
                  {taskWords(t, task)}
                </option>
              ))}
            </select>
          </label>
          {shown.includes("measures") && (
            <MeasureFields {...given} rows={form.measures} onRows={(measures) => set({ measures })} />
          )}
          {shown.includes("columns") && (
            <ColumnFields
              {...given}
              legend={t("ui.reading.columns")}
              add={t("ui.reading.add_column")}
              rows={form.columns}
              onRows={(rows) => set({ columns: rows })}
            />
          )}
          {shown.includes("by") && (
            <ColumnFields
              {...given}
              legend={t("ui.reading.by")}
              add={t("ui.reading.add_group")}
              rows={form.by}
              onRows={(by) => set({ by })}
            />
          )}
          {shown.includes("where") && <ConditionFields {...given} form={form} onChange={set} />}
          {shown.includes("order") && <OrderFields {...given} form={form} onChange={set} />}
          {kept.length > 0 && (
            <div className="c-form__kept">
              <p>{t("ui.reading.kept")}</p>
              <ul>
                {kept.map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ul>
            </div>
          )}
        </div>
        <div className="c-form__foot">
          {failure && (
            <p role="alert" className="c-attempt__failure">
              {failureText(t, failure)}
            </p>
          )}
          <button type="button" className="c-button" onClick={onClose}>
            {t("ui.reading.cancel")}
          </button>
          <button
            type="submit"
            className="c-button c-button--primary"
            disabled={busy || wrong.length > 0}
          >
            {busy && <span className="c-spinner" />}
            {t("ui.reading.send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
