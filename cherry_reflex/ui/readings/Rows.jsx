// A part of the form: a list of rows of fields, of which one can be added or taken away.
import { Plus, X } from "lucide-react";

/** `draw(row, set)` draws the fields of a row; `set(change)` changes it. `name(row)` is what the
 *  button that takes it away is called by. */
export default function Rows({ t, legend, add, rows, onRows, fresh, draw, name, children }) {
  const set = (row) => (change) =>
    onRows(rows.map((one) => (one === row ? { ...one, ...change, isChanged: true } : one)));
  return (
    <fieldset className="c-form__part">
      <legend>{legend}</legend>
      {children}
      {rows.map((row) => (
        <div key={row.key} className="c-form__row">
          <div className="c-form__fields">{draw(row, set(row))}</div>
          <button
            type="button"
            className="c-icon-button"
            aria-label={t("ui.reading.remove", { name: name(row) })}
            title={t("ui.reading.remove", { name: name(row) })}
            onClick={() => onRows(rows.filter((one) => one !== row))}
          >
            <X size={15} aria-hidden="true" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="c-button c-button--quiet c-form__add"
        onClick={() => onRows([...rows, fresh()])}
      >
        <Plus size={14} aria-hidden="true" />
        {add}
      </button>
    </fieldset>
  );
}
