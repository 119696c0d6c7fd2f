// In which order, and how many.
import { columnName, columnValue, KEPT, ROWS } from "./form.js";
import { aggregationWords, expressionWords, measureWords } from "./words.js";

export default function OrderFields({ t, columns, form, onChange }) {
  const { order, top, measures, by } = form;
  const set = (change) => onChange({ order: { ...order, ...change, isChanged: true } });
  const groups = by.flatMap(({ of }) => (columnName(of) ? [columnName(of)] : []));
  const names = form.task === "aggregate" ? groups : columns.map(({ name }) => name);
  const named = columnName(order.by);
  const choices = named && !names.includes(named) ? [named, ...names] : names;
  const results = form.task === "rows" ? [] : measures;
  return (
    <fieldset className="c-form__part">
      <legend>{t("ui.reading.order_label")}</legend>
      <div className="c-form__fields">
        <select
          className="c-field"
          aria-label={t("ui.reading.order_by")}
          value={order.by}
          onChange={(event) => set({ by: event.target.value })}
        >
          <option value="">{t("ui.reading.order_none")}</option>
          {order.by === KEPT && <option value={KEPT}>{expressionWords(t, order.was.by)}</option>}
          {results.map((row, index) => (
            <option key={row.key} value={`measure:${index}`}>
              {measureName(t, row)}
            </option>
          ))}
          {choices.map((name) => (
            <option key={name} value={columnValue(name)}>
              {name}
            </option>
          ))}
        </select>
        {order.by && (
          <select
            className="c-field"
            aria-label={t("ui.reading.direction")}
            value={order.direction}
            onChange={(event) => set({ direction: event.target.value })}
          >
            {["descending", "ascending"].map((direction) => (
              <option key={direction} value={direction}>
                {t(`ui.reading.order.${direction}`)}
              </option>
            ))}
          </select>
        )}
        <label className="c-form__top">
          <span>{t("ui.reading.top")}</span>
          <input
            className="c-field c-form__number"
            type="number"
            min={1}
            value={top}
            onChange={(event) => onChange({ top: event.target.value })}
          />
        </label>
      </div>
    </fieldset>
  );
}

function measureName(t, { was, isChanged, agg, of, p }) {
  if (!isChanged || of === KEPT) return measureWords(t, { ...was, agg, p });
  const name = aggregationWords(t, agg, p);
  return of === ROWS
    ? measureWords(t, { agg })
    : t("ui.reading.measure_words", { agg: name, of: columnName(of) });
}
