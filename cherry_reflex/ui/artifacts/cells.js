// How one value of a table is written. Columns carry our column types, or DuckDB's type names.

const NUMBERS = new Set(["number", "integer", "real", "float", "double"]);
const CLIP_CHARS = 200;

/** What a column holds, for alignment and format: number, date, datetime, boolean or text. */
export function kindOf(type) {
  const name = String(type ?? "").toLowerCase();
  if (NUMBERS.has(name) || name.startsWith("decimal") || /^u?(tiny|small|big|huge)?int/.test(name))
    return "number";
  if (name === "datetime" || name.startsWith("timestamp")) return "datetime";
  if (name === "date") return "date";
  if (name === "boolean") return "boolean";
  return "text";
}

/** The whole value as text, as it is copied; empty for a missing one. */
export function plain(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const formats = new Map();

function numberFormat(language, grouped) {
  const key = language + grouped;
  if (!formats.has(key)) {
    const options = { maximumFractionDigits: 6, useGrouping: grouped };
    formats.set(key, new Intl.NumberFormat(language, options));
  }
  return formats.get(key);
}

function number(value, language) {
  // Whole numbers past 2^53 arrive as text, so that no digit is lost.
  if (typeof value !== "number") return plain(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-5 || size >= 1e15)) return value.toExponential(4);
  // Years and short codes stay as people write them; only long numbers are grouped.
  return numberFormat(language, size >= 10000).format(value);
}

/** The value as a cell shows it: a missing one as an em dash, long text cut. */
export function shown(value, kind, language) {
  if (value === null || value === undefined) return "—";
  if (kind === "number") return number(value, language);
  if (kind === "date") return plain(value).slice(0, 10);
  if (kind === "datetime") return plain(value).replace("T", " ").replace(/\.0+$/, "");
  const text = plain(value);
  return text.length > CLIP_CHARS ? `${text.slice(0, CLIP_CHARS)}…` : text;
}

/** Rows as tab-separated text, which spreadsheets paste as cells. */
export function asTabs(columns, rows) {
  const cell = (value) => plain(value).replace(/[\t\r\n]+/g, " ");
  return [columns.map((column) => cell(column.name)), ...rows.map((row) => row.map(cell))]
    .map((cells) => cells.join("\t"))
    .join("\n");
}

/** How wide a text is in characters; Korean, Chinese and Japanese ones count twice. */
export function textWidth(text) {
  let width = 0;
  for (const char of text) width += char.charCodeAt(0) >= 0x1100 ? 2 : 1;
  return width;
}
