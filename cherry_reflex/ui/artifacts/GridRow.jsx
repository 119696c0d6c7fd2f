// One row of a grid, its cells in view only; drawn again only when something of it changed.

import { memo } from "react";

import { plain, shown } from "./cells.js";

const TITLE_CHARS = 2000;

function GridRow({ id, index, values, formats, lefts, first, last, active, language, onActive }) {
  const cells = [];
  for (let column = first; column <= last; column += 1) {
    const value = values?.[column];
    const missing = values && (value === null || value === undefined);
    const format = formats[column];
    const text = values ? shown(value, format.kind, language, format) : "";
    const state = [
      "c-grid__cell",
      `c-grid__cell--${format.kind}`,
      active === column ? "c-grid__cell--active" : "",
      missing ? "c-grid__cell--missing" : "",
      values ? "" : "c-grid__cell--wait",
    ];
    cells.push(
      <div
        key={column}
        id={`${id}-${index}-${column}`}
        role="gridcell"
        aria-colindex={column + 1}
        className={state.filter(Boolean).join(" ")}
        style={{ left: lefts[column], width: lefts[column + 1] - lefts[column] }}
        title={text.length > 12 || format.kind === "number" ? plain(value, format.unit).slice(0, TITLE_CHARS) : undefined}
        onClick={() => onActive({ row: index, column })}
      >
        {text}
      </div>,
    );
  }
  return (
    <div role="row" aria-rowindex={index + 2} className="c-grid__row">
      {cells}
    </div>
  );
}

function same(before, after) {
  for (const key of ["values", "formats", "first", "last", "active", "language", "index"]) {
    if (before[key] !== after[key]) return false;
  }
  const { lefts: old, first, last } = before;
  for (let column = first; column <= last + 1; column += 1) {
    if (old[column] !== after.lefts[column]) return false;
  }
  return true;
}

export default memo(GridRow, same);
