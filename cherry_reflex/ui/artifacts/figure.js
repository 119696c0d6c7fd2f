// The numbers of a Plotly figure, as a table.

const TYPES = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
};
const ROWS_MAX = 500;
const AXES = [
  "labels",
  "ids",
  "parents",
  "locations",
  "x",
  "y",
  "z",
  "values",
  "theta",
  "r",
  "lat",
];
const MORE = ["lon", "a", "b", "c", "open", "high", "low", "close"];

/** The values of a trace's field: a plain list, or Plotly's packed form {dtype, bdata, shape}. */
export function values(field) {
  if (!field || typeof field !== "object") return [];
  if (Array.isArray(field)) return field;
  if (!field.bdata) return [];
  const bytes = Uint8Array.from(atob(field.bdata), (char) => char.charCodeAt(0));
  const flat = Array.from(
    new (TYPES[field.dtype.replace(/[<>|=]/, "")] ?? Float64Array)(bytes.buffer),
  );
  const shape = String(field.shape ?? "")
    .split(",")
    .map(Number);
  if (shape.length < 2) return flat;
  return Array.from({ length: shape[0] }, (_, row) =>
    flat.slice(row * shape[1], (row + 1) * shape[1]),
  );
}

function heading(figure, axis) {
  const title = figure.layout?.[`${axis}axis`]?.title;
  return (typeof title === "string" ? title : title?.text) || axis;
}

function grid(trace) {
  const z = values(trace.z);
  const xs = values(trace.x);
  const ys = values(trace.y);
  return z.flatMap((line, row) => line.map((value, at) => [xs[at] ?? at, ys[row] ?? row, value]));
}

function links(trace) {
  const names = values(trace.node?.label);
  const from = values(trace.link?.source);
  const to = values(trace.link?.target);
  return values(trace.link?.value).map((value, at) => [names[from[at]], names[to[at]], value]);
}

/** Return {columns, rows, more}: one row a mark; with several traces the first column names it. */
export function figureTable(figure) {
  const traces = figure.data ?? [];
  const tables = traces.map((trace) => {
    if (trace.type === "sankey")
      return { columns: ["source", "target", "value"], rows: links(trace) };
    if (Array.isArray(values(trace.z)[0])) return { columns: ["x", "y", "z"], rows: grid(trace) };
    const fields = [...AXES, ...MORE].filter((name) => values(trace[name]).length);
    const lists = fields.map((name) => values(trace[name]));
    const length = Math.max(0, ...lists.map((list) => list.length));
    const rows = Array.from({ length }, (_, at) => lists.map((list) => list[at]));
    return { columns: fields, rows };
  });
  const columns = [...new Set(tables.flatMap((table) => table.columns))];
  const named = traces.length > 1;
  const rows = tables.flatMap((table, index) =>
    table.rows.map((row) => [
      ...(named ? [traces[index].name ?? String(index + 1)] : []),
      ...columns.map((column) => row[table.columns.indexOf(column)] ?? null),
    ]),
  );
  const heads = columns.map((name) =>
    name === "x" || name === "y" ? heading(figure, name) : name,
  );
  return {
    columns: named ? ["", ...heads] : heads,
    rows: rows.slice(0, ROWS_MAX),
    more: Math.max(0, rows.length - ROWS_MAX),
  };
}
