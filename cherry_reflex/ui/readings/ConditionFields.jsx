// Only which rows: conditions, of which all or one must hold.
import { useId } from "react";
import ColumnSelect from "./ColumnSelect.jsx";
import { columnName, newCondition, OPERATORS, takesValue, typeOf } from "./form.js";
import Rows from "./Rows.jsx";
import { conditionWords } from "./words.js";

const NUMERIC = new Set(["number", "integer"]);

export default function ConditionFields({ t, columns, form, onChange }) {
  return (
    <Rows
      t={t}
      legend={t("ui.reading.where")}
      add={t("ui.reading.add_condition")}
      rows={form.where}
      onRows={(where) => onChange({ where })}
      fresh={() => newCondition(columns)}
      name={(row) => (row.isKept ? conditionWords(t, row.was) : columnName(row.of))}
      draw={(row, set) =>
        row.isKept ? (
          <span className="c-form__words">{conditionWords(t, row.was)}</span>
        ) : (
          <Fields {...{ t, columns, row, set }} />
        )
      }
    >
      {form.where.length > 1 && (
        <select
          className="c-field c-form__join"
          aria-label={t("ui.reading.join")}
          value={form.join}
          onChange={(event) => onChange({ join: event.target.value })}
        >
          <option value="all">{t("ui.reading.join_all")}</option>
          <option value="any">{t("ui.reading.join_any")}</option>
        </select>
      )}
    </Rows>
  );
}

function Fields({ t, columns, row, set }) {
  const list = useId();
  const name = columnName(row.of);
  const isMany = row.op === "in" || row.op === "not in";
  const examples = columns.find((column) => column.name === name)?.examples ?? [];
  const value = {
    className: "c-field",
    inputMode: NUMERIC.has(typeOf(columns, name)) && !isMany ? "decimal" : "text",
    autoComplete: "off",
  };
  return (
    <>
      <ColumnSelect
        t={t}
        label={t("ui.reading.column")}
        columns={columns}
        value={row.of}
        onChange={(of) => set({ of })}
      />
      <select
        className="c-field c-form__operator"
        aria-label={t("ui.reading.operator")}
        value={row.op}
        onChange={(event) => set({ op: event.target.value })}
      >
        {OPERATORS.map((op) => (
          <option key={op} value={op}>
            {t(`ui.reading.op.${NAMES[op] ?? op.replace(" ", "_")}`)}
          </option>
        ))}
      </select>
      {takesValue(row.op) && (
        <input
          {...value}
          list={isMany ? undefined : list}
          aria-label={t(isMany ? "ui.reading.values" : "ui.reading.value")}
          placeholder={isMany ? t("ui.reading.values") : undefined}
          value={row.value}
          onChange={(event) => set({ value: event.target.value })}
        />
      )}
      {row.op === "between" && (
        <input
          {...value}
          aria-label={t("ui.reading.high")}
          value={row.high}
          onChange={(event) => set({ high: event.target.value })}
        />
      )}
      <datalist id={list}>
        {examples.map((one) => (
          <option key={String(one)} value={String(one)} />
        ))}
      </datalist>
    </>
  );
}

const NAMES = { "=": "is", "!=": "is_not", ">": "above", ">=": "at_least", "<": "below", "<=": "at_most" };
