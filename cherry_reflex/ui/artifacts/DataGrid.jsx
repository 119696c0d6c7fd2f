// A table of any length: rows and columns in view only, fetched as they come into view.

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";

import "./grid.css";
import { failureText, useT } from "../live/strings.js";
import GridHeader from "./GridHeader.jsx";
import GridRow from "./GridRow.jsx";
import { plain } from "./cells.js";
import { NARROWEST_PX, formatOf, neededWidth } from "./columnFormat.js";
import { move } from "./gridKeys.js";
import { useNear } from "./near.js";
import { useRows } from "./rows.js";
import { columnWindow, edges, filled, rowWindow } from "./window.js";

export const ROW_PX = 32;
const HEADER_PX = 34;
const LINE_PX = 1;
const NO_ROWS = [];

/** Height that the grid takes with `rows` rows, so that nothing jumps when they arrive. */
export function gridHeight(rows) {
  return HEADER_PX + Math.max(1, rows) * ROW_PX + LINE_PX;
}

/** `path` is `/api/artifacts/<id>` or `/api/datasets/<id>`. With `preview`, only that many rows
 * are shown, at their full height (`expected` says how many to keep room for); otherwise the grid
 * fills its container and scrolls. */
export default function DataGrid({ path, name, preview = 0, expected = 0 }) {
  const t = useT();
  const language = t.language;
  const id = useId();
  const box = useRef(null);
  const near = useNear(box, { once: true });
  const [order, setOrder] = useState({ sort: "", desc: false });
  const book = useRows(path, { ...order, pageRows: preview || 100 });
  const [resized, setResized] = useState({});
  const [grown, setGrown] = useState({});
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [view, setView] = useState({ top: 0, left: 0, width: 640, height: 400, bar: 0 });

  const total = preview ? Math.min(preview, book.total) : book.total;
  const columns = book.columns;
  const firstRows = book.pages.get(0) ?? NO_ROWS;
  const sample = useRef(NO_ROWS);
  if (sample.current === NO_ROWS && firstRows.length) sample.current = firstRows;
  const formats = useMemo(
    () => columns.map((column, index) => formatOf(column, sample.current, index, language)),
    [columns.length, sample.current, language],
  );
  const needed = formats.map((format, at) => resized[at] ?? Math.max(format.width, grown[at] ?? 0));
  const widths = filled(needed, view.width, (at) => resized[at] === undefined);
  const lefts = edges(widths);

  const bodyPx = Math.max(ROW_PX, view.height - HEADER_PX);
  const rows = rowWindow(total, ROW_PX, view.top, bodyPx);
  const across = columnWindow(lefts, view.left, view.width);

  useEffect(() => {
    if (near) book.want(rows.first, Math.max(rows.first, rows.last));
    // Numbers are never cut: columns grow as longer ones come into view.
    const found = {};
    for (let at = across.first; at <= across.last; at += 1) {
      const width = neededWidth(formats[at], book, rows, at, language);
      if (resized[at] === undefined && width > widths[at]) found[at] = width;
    }
    if (Object.keys(found).length) setGrown((old) => ({ ...old, ...found }));
  });

  useLayoutEffect(() => {
    const element = box.current;
    const measure = () => {
      const {
        scrollTop: top,
        scrollLeft: left,
        clientWidth: width,
        clientHeight: height,
      } = element;
      const bar = element.offsetHeight - LINE_PX - height;
      setView({ top, left, width, height, bar });
    };
    let frame = 0;
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    const sizes = new ResizeObserver(later);
    sizes.observe(element);
    element.addEventListener("scroll", later, { passive: true });
    measure();
    return () => {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      element.removeEventListener("scroll", later);
    };
  }, []);

  const sortBy = (column) => {
    const same = order.sort === columns[column].name;
    if (same && order.desc) setOrder({ sort: "", desc: false });
    else setOrder({ sort: columns[column].name, desc: same });
  };

  const show = (next) => {
    setActive(next);
    const element = box.current;
    const left = lefts[next.column];
    const right = lefts[next.column + 1];
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + view.width) element.scrollLeft = right - view.width;
    if (preview || next.row < 0) return;
    const topAt = (next.row * ROW_PX) / rows.scale;
    const room = bodyPx - ROW_PX;
    const from = element.scrollTop;
    if (topAt < from) element.scrollTop = topAt;
    else if ((next.row * ROW_PX - room) / rows.scale > from) {
      element.scrollTop = Math.ceil((next.row * ROW_PX - room) / rows.scale);
    }
  };

  const resize = (column, width) => {
    const wide = Math.round(Math.min(1200, Math.max(NARROWEST_PX, width)));
    setResized((old) => ({ ...old, [column]: wide }));
  };

  const onKeyDown = (event) => {
    if (!columns.length) return;
    if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      resize(active.column, widths[active.column] + (event.key === "ArrowLeft" ? -24 : 24));
      event.preventDefault();
      return;
    }
    if (active.row < 0 && (event.key === "Enter" || event.key === " ")) {
      sortBy(active.column);
      event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c") {
      if (String(window.getSelection())) return;
      const { name: title, unit } = columns[active.column];
      navigator.clipboard.writeText(active.row < 0 ? title : plain(activeValue, unit));
      event.preventDefault();
      return;
    }
    const page = Math.max(1, Math.floor(bodyPx / ROW_PX) - 1);
    const next = move(active, event, { rows: total, columns: columns.length, page });
    if (next) {
      show(next);
      event.preventDefault();
    }
  };

  const activeRow = active.row >= 0 ? book.row(active.row) : undefined;
  const activeValue = activeRow?.[active.column];
  const isDrawn =
    active.column >= across.first &&
    active.column <= across.last &&
    (active.row < 0 || (active.row >= rows.first && active.row <= rows.last));
  const drawn = [];
  for (let row = rows.first; row <= rows.last; row += 1) drawn.push(row);
  const height = preview
    ? gridHeight(Math.min(preview, book.ready ? book.total : expected || preview)) + view.bar
    : undefined;

  return (
    <div className={`c-grid ${preview ? "c-grid--preview" : "c-grid--wide"}`}>
      <div
        ref={box}
        className="c-grid__scroll"
        style={{ height }}
        role="grid"
        aria-label={name}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-readonly="true"
        aria-busy={!book.ready && !book.error}
        aria-activedescendant={
          isDrawn && columns.length ? `${id}-${active.row}-${active.column}` : undefined
        }
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {columns.length > 0 && (
          <GridHeader
            id={id}
            columns={columns}
            formats={formats}
            lefts={lefts}
            across={across}
            order={order}
            active={active.row < 0 ? active.column : -1}
            onSort={(column) => {
              setActive({ row: -1, column });
              sortBy(column);
            }}
            onResize={resize}
          />
        )}
        <div
          role="rowgroup"
          className="c-grid__body"
          style={{ height: rows.heightPx, minWidth: lefts.at(-1) }}
        >
          <div role="presentation" style={{ transform: `translateY(${rows.offsetPx}px)` }}>
            {drawn.map((row) => (
              <GridRow
                key={row}
                id={id}
                index={row}
                values={book.row(row)}
                formats={formats}
                lefts={lefts}
                first={across.first}
                last={across.last}
                active={active.row === row ? active.column : -1}
                language={language}
                onActive={setActive}
              />
            ))}
          </div>
        </div>
      </div>
      {book.ready && total === 0 && <p className="c-grid__note">{t("ui.grid.empty")}</p>}
      {book.error && (
        <div className="c-grid__note c-grid__note--bad" role="alert">
          {failureText(t, book.error)}{" "}
          <button type="button" className="c-link" onClick={() => book.again()}>
            {t("ui.grid.again")}
          </button>
        </div>
      )}
      {!preview && (
        <div className="c-grid__foot">
          <span className="c-grid__value">
            {activeRow
              ? plain(activeValue, columns[active.column]?.unit) || t("ui.grid.missing")
              : ""}
          </span>
          <span className="c-grid__place">
            {t("ui.grid.place", {
              row: Math.max(0, active.row) + (total ? 1 : 0),
              rows: total,
            })}
          </span>
        </div>
      )}
    </div>
  );
}
