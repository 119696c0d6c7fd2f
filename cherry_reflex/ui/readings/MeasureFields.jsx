// What is measured: an aggregation of a column, or of the rows.
import ColumnSelect from "./ColumnSelect.jsx";
import { AGGREGATIONS, columnsFor, columnValue, newMeasure, ROWS, takesRows } from "./form.js";
import Rows from "./Rows.jsx";
import { conditionWords, expressionWords, measureWords } from "./words.js";

export default function MeasureFields({ t, columns, rows, onRows }) {
  return (
    <Rows
      t={t}
      legend={t("ui.reading.measures")}
      add={t("ui.reading.add_measure")}
      rows={rows}
      onRows={onRows}
      fresh={() => newMeasure(columns)}
      name={(row) => t(`ui.reading.agg.${row.agg}`)}
      draw={(row, set) => <Fields {...{ t, columns, row, set }} />}
    />
  );
}

function Fields({ t, columns, row, set }) {
  const { was, agg, of, p } = row;
  const aggregations = AGGREGATIONS.includes(agg) ? AGGREGATIONS : [agg, ...AGGREGATIONS];
  const kept = was.of && was.of.kind !== "column" ? expressionWords(t, was.of) : "";
  const change = (next) => {
    // Rows have no mean: it is that of the first column that has one.
    const first = columnsFor(next, columns)[0];
    const needsColumn = of === ROWS && !takesRows(next) && first;
    set({ agg: next, ...(needsColumn && { of: columnValue(first.name) }) });
  };
  return (
    <>
      <select
        className="c-field"
        aria-label={t("ui.reading.aggregation")}
        value={agg}
        onChange={(event) => change(event.target.value)}
      >
        {aggregations.map((one) => (
          <option key={one} value={one}>
            {t(`ui.reading.agg.${one}`)}
          </option>
        ))}
      </select>
      {agg === "percentile" && (
        <input
          className="c-field c-form__number"
          type="number"
          min={0}
          max={100}
          step="any"
          required
          aria-label={t("ui.reading.percentile")}
          value={p}
          onChange={(event) => set({ p: event.target.value })}
        />
      )}
      <ColumnSelect
        t={t}
        label={t("ui.reading.column")}
        columns={columnsFor(agg, columns)}
        value={of}
        kept={kept || (of === "kept" ? measureWords(t, was) : "")}
        rows={takesRows(agg)}
        onChange={(next) => set({ of: next })}
      />
      {was.when && (
        <span className="c-form__words">
          {t("ui.reading.when_words", { condition: conditionWords(t, was.when) })}
        </span>
      )}
      {was.per && (
        <span className="c-form__words">
          {t("ui.reading.per_words", { of: expressionWords(t, was.per) })}
        </span>
      )}
    </>
  );
}
