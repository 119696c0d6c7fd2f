// The header row of a grid: names, sort order, and edges that resize columns.

import { ArrowDown, ArrowUp } from "lucide-react";

import { useT } from "../live/strings.js";

function Edge({ onResize, width }) {
  const drag = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const moved = (next) => onResize(width + next.clientX - from);
    const done = () => {
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("lostpointercapture", done);
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("lostpointercapture", done);
  };
  return (
    <span
      className="c-grid__edge"
      aria-hidden="true"
      onPointerDown={drag}
      onClick={(event) => event.stopPropagation()}
    />
  );
}

export default function GridHeader({
  id,
  columns,
  formats,
  lefts,
  across,
  order,
  active,
  onSort,
  onResize,
}) {
  const t = useT();
  const width = lefts[lefts.length - 1];
  return (
    <div role="rowgroup" className="c-grid__head" style={{ minWidth: width }}>
      <div role="row" aria-rowindex={1} className="c-grid__row c-grid__row--head">
        {columns.map((column, index) => {
          if (index < across.first || index > across.last) return null;
          const sorted =
            order.sort === column.name ? (order.desc ? "descending" : "ascending") : "";
          const Arrow = order.desc ? ArrowDown : ArrowUp;
          return (
            <div
              key={index}
              id={`${id}--1-${index}`}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sorted || "none"}
              className={`c-grid__cell c-grid__name c-grid__cell--${formats[index].kind}${
                active === index ? " c-grid__cell--active" : ""
              }`}
              style={{ left: lefts[index], width: lefts[index + 1] - lefts[index] }}
              title={`${column.name} (${column.type}). ${t("ui.grid.sort")}`}
              onClick={() => onSort(index)}
            >
              <span className="c-grid__label">{column.name}</span>
              {sorted && <Arrow size={13} aria-hidden="true" />}
              <Edge
                width={lefts[index + 1] - lefts[index]}
                onResize={(wide) => onResize(index, wide)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
