// How one value of a table is written. Columns carry our column types, or DuckDB's type names.

const NUMBERS = new Set(["number", "integer", "real", "float", "double"]);
const CLIP_CHARS = 200;

/** What a column holds, for alignment and format: number, date, datetime, boolean or text. */
export function kindOf(type) {
  const name = String(type ?? "").toLowerCase();
  if (
    NUMBERS.has(name) ||
    name.startsWith("decimal") ||
    /^u?(tiny|small|big|huge)?int(eger)?\d*$/.test(name)
  )
    return "number";
  if (name === "datetime" || name.startsWith("timestamp")) return "datetime";
  if (name === "date") return "date";
  if (name === "boolean") return "boolean";
  return "text";
}

/** The whole value as text, as it is copied; empty for a missing one. A percentage has its sign. */
export function plain(value, unit) {
  if (unit?.symbol === "%" && typeof value === "number") return `${scaled(value, unit)}%`;
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const formats = new Map();

function numberFormat(language, grouped, decimals) {
  const key = `${language} ${grouped} ${decimals}`;
  if (!formats.has(key)) {
    const least = decimals ?? 0;
    const most = decimals ?? 6;
    const options = { minimumFractionDigits: least, maximumFractionDigits: most };
    formats.set(key, new Intl.NumberFormat(language, { ...options, useGrouping: grouped }));
  }
  return formats.get(key);
}

function number(value, language, { decimals, grouped = false }) {
  // Whole numbers past 2^53 arrive as text, so that no digit is lost.
  if (typeof value !== "number") return plain(value);
  const size = Math.abs(value);
  if (size >= 1e15 || (size !== 0 && size < 1e-6)) return value.toExponential(3);
  if (size !== 0 && decimals !== undefined && size < 10 ** -decimals) {
    return String(Number(value.toPrecision(3)));
  }
  return numberFormat(language, grouped || isLong(value), decimals).format(value);
}

/** Whether a number is long enough to be grouped; years and short codes stay as people write them,
 * unless longer ones stand in their column, or ones with decimals. */
export function isLong(value) {
  if (typeof value !== "number") return false;
  return Math.abs(value) >= (Number.isInteger(value) ? 10000 : 1000);
}

/** How many decimals these values of a column need to line up: at most 4, and fewer where the
 * numbers are large. */
export function decimalsOf(values) {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  const most = largest >= 1000 ? 2 : largest >= 100 ? 3 : 4;
  let needed = 0;
  for (const value of values) {
    if (typeof value !== "number" || Number.isInteger(value)) continue;
    const decimals = String(value).split(".")[1]?.length ?? 0;
    needed = Math.max(needed, Math.min(most, decimals));
  }
  return needed;
}

/** A number as its column means it: 25 for 0.25 where percentages are kept as fractions. What makes
 * 0.07 * 100 a 7.000000000000001 is no part of the value. */
export function scaled(value, unit) {
  if (typeof value !== "number" || !unit?.is_fraction) return value;
  return Number((value * 100).toPrecision(12));
}

/** The value as a cell shows it: a missing one as an em dash, long text cut. `format` says how the
 * numbers of its column are written ({decimals, grouped, unit}). */
export function shown(value, kind, language, format = {}) {
  if (value === null || value === undefined) return "—";
  if (kind === "number") {
    const written = number(scaled(value, format.unit), language, format);
    return format.unit?.symbol === "%" ? `${written}%` : written;
  }
  if (kind === "date") return plain(value).slice(0, 10);
  if (kind === "datetime") return plain(value).replace("T", " ").replace(/\.0+$/, "");
  const text = plain(value);
  return text.length > CLIP_CHARS ? `${text.slice(0, CLIP_CHARS)}…` : text;
}

/** Rows as tab-separated text, which spreadsheets paste as cells. */
export function asTabs(columns, rows) {
  const cell = (value, unit) => plain(value, unit).replace(/[\t\r\n]+/g, " ");
  const line = (row) => row.map((value, at) => cell(value, columns[at].unit));
  return [columns.map((column) => cell(column.name)), ...rows.map(line)]
    .map((cells) => cells.join("\t"))
    .join("\n");
}

/** How wide a text is in characters; Korean, Chinese and Japanese ones count twice. */
export function textWidth(text) {
  let width = 0;
  for (const char of text) width += char.charCodeAt(0) >= 0x1100 ? 2 : 1;
  return width;
}
