// Which column. What stands there and is no column of the list stays among the choices.
import { columnName, columnValue, KEPT, ROWS } from "./form.js";

/** `kept` is what KEPT is called, `rows` whether the rows themselves can be meant. */
export default function ColumnSelect({ t, label, columns, value, kept, rows = false, onChange }) {
  const name = columnName(value);
  const isElsewhere = name && !columns.some((column) => column.name === name);
  return (
    <select
      className="c-field"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {!value && <option value="">{t("ui.reading.choose")}</option>}
      {kept && <option value={KEPT}>{kept}</option>}
      {rows && <option value={ROWS}>{t("ui.reading.rows")}</option>}
      {isElsewhere && <option value={value}>{name}</option>}
      {columns.map((column) => (
        <option key={column.name} value={columnValue(column.name)}>
          {column.name}
        </option>
      ))}
    </select>
  );
}
