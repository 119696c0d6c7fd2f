// Columns: what is grouped by, or listed; dates by a piece of time.
import ColumnSelect from "./ColumnSelect.jsx";
import { columnName, GRAINS, isTemporal, KEPT, newColumn } from "./form.js";
import Rows from "./Rows.jsx";
import { expressionWords, groupWords } from "./words.js";

export default function ColumnFields({ t, columns, legend, add, rows, onRows }) {
  const words = ({ was, of }) => (of === KEPT ? keptName(t, was) : columnName(of));
  return (
    <Rows
      t={t}
      legend={legend}
      add={add}
      rows={rows}
      onRows={onRows}
      fresh={() => newColumn(columns)}
      name={words}
      draw={(row, set) => (
        <>
          <ColumnSelect
            t={t}
            label={t("ui.reading.column")}
            columns={columns}
            value={row.of}
            kept={row.of === KEPT ? words(row) : ""}
            onChange={(of) => set({ of, grain: "" })}
          />
          {(row.grain || isTemporal(columns, columnName(row.of))) && (
            <select
              className="c-field"
              aria-label={t("ui.reading.grain_label")}
              value={row.grain}
              onChange={(event) => set({ grain: event.target.value })}
            >
              {GRAINS.map((grain) => (
                <option key={grain} value={grain}>
                  {t(`ui.reading.grain.${grain || "none"}`)}
                </option>
              ))}
            </select>
          )}
          {isBinned(row) && <span className="c-form__words">{groupWords(t, row.was)}</span>}
        </>
      )}
    />
  );
}

function keptName(t, was) {
  return was.of ? groupWords(t, was) : expressionWords(t, was);
}

/** Bins of the column that still stands there. */
function isBinned({ was, of }) {
  const { bins, width, edges = [] } = was;
  return Boolean(bins || width || edges.length) && was.of?.name === columnName(of);
}
