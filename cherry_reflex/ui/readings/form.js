// A reading as fields, and back. What is not changed stays as it was written, also where a field
// cannot show it: such an operand has the value KEPT, such a condition is a row that is `kept`.

export const TASKS = [
  "aggregate",
  "rows",
  "describe",
  "distribution",
  "relation",
  "test",
  "outliers",
  "normality",
  "missing",
];
export const AGGREGATIONS = [
  "sum",
  "mean",
  "median",
  "min",
  "max",
  "count",
  "count_distinct",
  "std",
  "var",
  "percentile",
  "share",
  "rate",
  "growth",
  "cumulative_sum",
];
export const GRAINS = ["", "year", "quarter", "month", "week", "day", "weekday", "month_of_year", "hour_of_day"];
export const OPERATORS = [
  "=",
  "!=",
  ">",
  ">=",
  "<",
  "<=",
  "between",
  "in",
  "not in",
  "contains",
  "not contains",
  "starts",
  "ends",
  "missing",
  "present",
];
export const ROWS = "rows";
export const KEPT = "kept";
const COLUMN = "column:";
const NUMERIC = new Set(["number", "integer"]);
const TEMPORAL = new Set(["date", "datetime"]);
/** Aggregations that need no column. */
const OF_ROWS = new Set(["count", "share", "rate"]);
const WITHOUT_VALUE = new Set(["missing", "present"]);
const SECTIONS = { aggregate: ["measures", "by", "where", "order"], rows: ["columns", "where", "order"] };
const SECTIONS_ELSE = ["columns", "by", "where"];
const ALL_SECTIONS = ["measures", "columns", "by", "where", "order"];

let made = 0;
const key = () => (made += 1);

export const columnValue = (name) => COLUMN + name;

/** The name of the column that a field stands at, or "". */
export function columnName(value) {
  return value?.startsWith(COLUMN) ? value.slice(COLUMN.length) : "";
}

export function formOf(reading) {
  return {
    task: reading.task ?? "aggregate",
    measures: (reading.measures ?? []).map(measureRow),
    columns: (reading.columns ?? []).map((was) => ({ key: key(), was, ...operand(was, true) })),
    by: (reading.by ?? []).map((was) => ({ key: key(), was, ...operand(was.of, true) })),
    ...whereRows(reading.where),
    order: orderField(reading.order),
    top: reading.top ?? "",
  };
}

/** The reading with what the form says; `was` is the one that the form was made of. */
export function readingOf(was, form, columns = []) {
  const measures = form.measures.map((row) => (row.isChanged ? measureOf(row) : row.was));
  const reading = {
    ...was,
    task: form.task,
    measures,
    columns: form.columns.map((row) => (row.isChanged ? columnOf(row) : row.was)),
    by: form.by.map((row) => (row.isChanged ? groupOf(row) : row.was)),
    where: whereOf(was.where, form, columns),
    order: orderOf(form.order, measures),
    top: form.top === "" ? null : Number(form.top),
  };
  for (const [name, value] of Object.entries(reading)) {
    if (value === null || value === undefined || value.length === 0) delete reading[name];
  }
  return reading;
}

/** Which parts of the form are of use: those of the task, and those that say something. */
export function sectionsOf(form) {
  const wanted = SECTIONS[form.task] ?? SECTIONS_ELSE;
  const says = { measures: form.measures.length, columns: form.columns.length, by: form.by.length };
  return ALL_SECTIONS.filter((name) => wanted.includes(name) || says[name] > 0);
}

/** The keys of the rows that are not complete. */
export function incomplete(form) {
  const rows = [
    ...form.measures.filter(({ agg, of }) => !of || (of === ROWS && !OF_ROWS.has(agg))),
    ...form.columns.filter(({ of }) => !of),
    ...form.by.filter(({ of }) => !of),
    ...form.where.filter((row) => !row.isKept && !isCondition(row)),
  ];
  return rows.map((row) => row.key);
}

export function isTemporal(columns, name) {
  return TEMPORAL.has(typeOf(columns, name));
}

export function typeOf(columns, name) {
  return columns.find((column) => column.name === name)?.type ?? "";
}

/** The columns that an aggregation can be of. */
export function columnsFor(agg, columns) {
  const isAny = ["count", "count_distinct", "share", "rate", "min", "max"].includes(agg);
  return isAny ? columns : columns.filter(({ type }) => NUMERIC.has(type));
}

export const takesRows = (agg) => OF_ROWS.has(agg);
export const takesValue = (op) => !WITHOUT_VALUE.has(op);

export function newMeasure(columns) {
  const first = columnsFor("mean", columns)[0];
  const of = first ? columnValue(first.name) : ROWS;
  return { key: key(), was: {}, agg: first ? "mean" : "count", of, p: 50, isChanged: true };
}

export function newColumn(columns) {
  const of = columns.length > 0 ? columnValue(columns[0].name) : "";
  return { key: key(), was: {}, of, grain: "", isChanged: true };
}

export function newCondition(columns) {
  const of = columns.length > 0 ? columnValue(columns[0].name) : "";
  return { key: key(), was: null, of, op: "=", value: "", high: "", isChanged: true };
}

function measureRow(was) {
  const of = was.of ? operand(was.of).of : ROWS;
  return { key: key(), was, agg: was.agg, of, p: was.p ?? 50 };
}

/** A column as `{of, grain}`; anything else is kept. Where a field cannot say a grain, a column with
 *  one is kept too. */
function operand(expression, withGrain = false) {
  const { kind, name, grain = "", dataset = "" } = expression;
  if (kind !== "column" || dataset || (grain && !withGrain)) return { of: KEPT, grain: "" };
  return { of: columnValue(name), grain };
}

function measureOf({ was, agg, of, p }) {
  const { of: before, p: _, ...rest } = was;
  const made = { ...rest, agg };
  if (of === KEPT) made.of = before;
  else if (of !== ROWS) made.of = columnRef(of);
  if (agg === "percentile") made.p = Number(p);
  return made;
}

function columnOf({ was, of, grain }) {
  return of === KEPT ? was : columnRef(of, grain);
}

function groupOf({ was, of, grain }) {
  if (of === KEPT) return was;
  // Bins are of the column that they were made for.
  if (was.of?.name === columnName(of)) return { ...was, of: columnRef(of, grain) };
  return { of: columnRef(of, grain) };
}

function columnRef(value, grain = "") {
  const made = { kind: "column", name: columnName(value) };
  return grain ? { ...made, grain } : made;
}

function whereRows(where) {
  const isList = where?.kind === "all" || where?.kind === "any";
  const parts = isList ? where.parts : where ? [where] : [];
  return {
    join: where?.kind === "any" ? "any" : "all",
    where: parts.map((was) => ({ key: key(), was, ...(conditionRow(was) ?? { isKept: true }) })),
  };
}

/** A condition as fields; null when they cannot say it. */
function conditionRow(condition) {
  const { kind } = condition;
  if (kind === "not") return negated(conditionRow(condition.part));
  const { of } = operand(condition.left ?? condition.of ?? {});
  if (!of || of === KEPT) return null;
  const row = { of, value: "", high: "" };
  switch (kind) {
    case "comparison":
      if (typeof condition.right === "object" || condition.unit) return null;
      return { ...row, op: condition.op, value: String(condition.right) };
    case "membership":
      return { ...row, op: "in", value: condition.values.join(", ") };
    case "between":
      return { ...row, op: "between", value: String(condition.low), high: String(condition.high) };
    case "text":
      return { ...row, op: condition.how ?? "contains", value: condition.text };
    case "presence":
      return { ...row, op: condition.is_missing === false ? "present" : "missing" };
    default:
      return null;
  }
}

function negated(row) {
  const op = { "=": "!=", in: "not in", contains: "not contains", missing: "present", present: "missing" };
  return row && op[row.op] ? { ...row, op: op[row.op] } : null;
}

function whereOf(was, form, columns) {
  const before = whereRows(was);
  const isSame =
    form.where.length === before.where.length &&
    form.where.every((row, at) => !row.isChanged && row.was === before.where[at].was);
  if (isSame && (form.join === before.join || form.where.length < 2)) return was ?? null;
  const parts = form.where.map((row) => (row.isChanged ? conditionOf(row, columns) : row.was));
  if (parts.length < 2) return parts[0] ?? null;
  return { kind: form.join, parts };
}

function conditionOf({ of, op, value, high }, columns) {
  const column = columnRef(of);
  const type = typeOf(columns, column.name);
  const typed = (text) => valueOf(text, type);
  switch (op) {
    case "between":
      return { kind: "between", of: column, low: typed(value), high: typed(high) };
    case "in":
      return { kind: "membership", of: column, values: listOf(value).map(typed) };
    case "not in":
      return { kind: "not", part: { kind: "membership", of: column, values: listOf(value).map(typed) } };
    case "contains":
    case "starts":
    case "ends":
      return { kind: "text", of: column, how: op, text: value };
    case "not contains":
      return { kind: "not", part: { kind: "text", of: column, how: "contains", text: value } };
    case "missing":
    case "present":
      return { kind: "presence", of: column, is_missing: op === "missing" };
    default:
      return { kind: "comparison", left: column, op, right: typed(value) };
  }
}

function isCondition({ of, op, value, high }) {
  if (!columnName(of)) return false;
  if (!takesValue(op)) return true;
  if (op === "in" || op === "not in") return listOf(value).length > 0;
  return value.trim() !== "" && (op !== "between" || high.trim() !== "");
}

function listOf(text) {
  return text.split(",").map((one) => one.trim()).filter(Boolean);
}

/** What was written, as a value of cells of that type. */
export function valueOf(text, type) {
  const written = text.trim();
  if (type === "boolean" && /^(true|false)$/i.test(written)) return written.toLowerCase() === "true";
  const number = Number(written.replaceAll(",", ""));
  return NUMERIC.has(type) && written !== "" && Number.isFinite(number) ? number : written;
}

function orderField(was) {
  if (!was) return { was: null, by: "", direction: "descending" };
  const { by = { kind: "measure", index: 0 }, direction = "descending" } = was;
  const value = by.kind === "measure" ? `measure:${by.index ?? 0}` : operand(by, true).of;
  return { was, by: value, direction };
}

function orderOf({ was, by, direction, isChanged }, measures) {
  const index = /^measure:(\d+)$/.exec(by)?.[1];
  // What it goes by is not measured any more.
  if (!by || (index !== undefined && Number(index) >= measures.length)) return null;
  if (!isChanged) return was;
  if (by === KEPT) return { ...was, direction };
  const made = index === undefined ? columnRef(by) : { kind: "measure", index: Number(index) };
  return { by: made, direction };
}
