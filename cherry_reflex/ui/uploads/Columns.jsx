// The columns of a dataset: name, type, missing values. Many of them are folded.
import { useState } from "react";
import { useT } from "../live/strings.js";

const SHOWN = 12;

export default function Columns({ columns, count, onToggle }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const shown = all ? columns : columns.slice(0, SHOWN);
  return (
    <ul className="c-columns" aria-label={t("ui.columns")}>
      {shown.map((column) => (
        <li key={column.name} className="c-columns__one">
          <span className="c-columns__name">{column.name}</span>
          <span className="c-columns__type">{t(`ui.type_${column.type}`)}</span>
          {column.missing > 0 && (
            <span className="c-columns__missing">{t("ui.missing", { count: column.missing })}</span>
          )}
        </li>
      ))}
      {columns.length > SHOWN && (
        <li>
          <button
            type="button"
            className="c-columns__more"
            aria-expanded={all}
            onClick={() => {
              onToggle();
              setAll(!all);
            }}
          >
            {all ? t("ui.fold") : t("ui.more_columns", { count: count - SHOWN })}
          </button>
        </li>
      )}
    </ul>
  );
}
