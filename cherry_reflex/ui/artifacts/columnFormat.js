// How a column is written: what it holds, its decimals and its width, from its first rows.

import { decimalsOf, isLong, kindOf, scaled, shown, textWidth } from "./cells.js";

export const NARROWEST_PX = 56;
const WIDEST_PX = 320;
const CHAR_PX = 7.6;
const PADDING_PX = 24;
const ARROW_CHARS = 2;
const SAMPLE_ROWS = 40;
const PERCENT_DECIMALS = 2;

function pixels(chars) {
  const width = chars * CHAR_PX + PADDING_PX;
  return Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, width)));
}

/** The format of column `index`: {kind, decimals, grouped, unit, width}. */
export function formatOf(column, rows, index, language) {
  const kind = kindOf(column.type);
  const { unit } = column;
  const values = rows.slice(0, SAMPLE_ROWS).map((row) => row[index]);
  const numbers = values.map((value) => scaled(value, unit));
  let decimals = kind === "number" ? decimalsOf(numbers) : undefined;
  if (unit?.symbol === "%") decimals = Math.min(decimals ?? 0, PERCENT_DECIMALS);
  const format = { kind, decimals, grouped: numbers.some(isLong), unit };
  let chars = textWidth(column.name) + ARROW_CHARS;
  for (const value of values) {
    chars = Math.max(chars, textWidth(shown(value, kind, language, format)));
  }
  return { ...format, width: pixels(chars) };
}

/** The width that the numbers of column `index` in view need; 0 for columns that may be cut. */
export function neededWidth(format, book, { first, last }, index, language) {
  if (format?.kind !== "number") return 0;
  let chars = 0;
  for (let row = first; row <= last; row += 1) {
    const value = book.row(row)?.[index];
    if (value === undefined || value === null) continue;
    chars = Math.max(chars, textWidth(shown(value, "number", language, format)));
  }
  return pixels(chars);
}
