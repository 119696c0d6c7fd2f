// The parts of a reading (`core/reading`) in words, for what the form cannot show as fields, and for
// what is asked when somebody has changed one.

const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷", ratio_of_sums: "÷" };

/** What is measured or compared: a column, a number, arithmetic over such. */
export function expressionWords(t, expression) {
  switch (expression?.kind) {
    case "column": {
      const { name, grain } = expression;
      return grain ? `${name} (${t(`ui.reading.grain.${grain}`)})` : name;
    }
    case "number":
      return String(expression.value);
    case "today":
      return t("ui.reading.today");
    case "measure":
      return t("ui.reading.result", { number: (expression.index ?? 0) + 1 });
    case "arithmetic": {
      const [left, right] = [expression.left, expression.right].map((side) =>
        side.kind === "arithmetic" ? `(${expressionWords(t, side)})` : expressionWords(t, side),
      );
      return `${left} ${SIGNS[expression.op]} ${right}`;
    }
    default:
      return t("ui.reading.rows");
  }
}

/** `Mean of fare`; `Number of rows`. */
export function measureWords(t, measure) {
  const { agg, of, p, when, per } = measure;
  const name = aggregationWords(t, agg, p);
  const main =
    of || agg !== "count"
      ? t("ui.reading.measure_words", { agg: name, of: expressionWords(t, of) })
      : t("ui.reading.row_count");
  const rest = [
    when && t("ui.reading.when_words", { condition: conditionWords(t, when) }),
    per && t("ui.reading.per_words", { of: expressionWords(t, per) }),
  ].filter(Boolean);
  return [main, ...rest].join(", ");
}

export function aggregationWords(t, agg, p) {
  const name = t(`ui.reading.agg.${agg}`);
  return agg === "percentile" ? `${name} ${p ?? 50}` : name;
}

export function groupWords(t, group) {
  const name = expressionWords(t, group.of);
  const { bins, width, edges = [] } = group;
  if (bins) return `${name} (${t("ui.reading.bins", { bins })})`;
  if (width) return `${name} (${t("ui.reading.bin_width", { width })})`;
  return edges.length > 0 ? `${name} (${edges.join(", ")})` : name;
}

export function conditionWords(t, condition) {
  const of = () => expressionWords(t, condition.of);
  switch (condition.kind) {
    case "comparison":
      return `${expressionWords(t, condition.left)} ${sign(condition.op)} ${side(t, condition.right)}`;
    case "membership":
      return `${of()}: ${condition.values.join(", ")}`;
    case "between":
      return `${of()} ${condition.low} – ${condition.high}`;
    case "text":
      return t(`ui.reading.text.${condition.how ?? "contains"}`, { of: of(), text: condition.text });
    case "presence":
      return t(condition.is_missing === false ? "ui.reading.is_present" : "ui.reading.is_missing", {
        of: of(),
      });
    case "against_mean":
      return t(condition.op === "<" ? "ui.reading.below_mean" : "ui.reading.above_mean", { of: of() });
    case "top_share":
      return t(condition.direction === "smallest" ? "ui.reading.bottom_share" : "ui.reading.top_share", {
        of: of(),
        percent: condition.percent,
      });
    case "relative": {
      const { which, count = 1, unit } = condition;
      const span = count > 1 ? `${count} ${t(`ui.reading.grain.${unit}`)}` : t(`ui.reading.grain.${unit}`);
      return `${of()}: ${t(`ui.reading.span.${which}`, { span })}`;
    }
    case "not":
      return t("ui.reading.not_words", { condition: conditionWords(t, condition.part) });
    case "all":
    case "any": {
      const word = t(condition.kind === "all" ? "ui.reading.and" : "ui.reading.or_word");
      return condition.parts.map((part) => nested(t, part)).join(` ${word} `);
    }
    default:
      return "";
  }
}

/** What a reading has that the form has no fields for: `[words]`. */
export function keptWords(t, reading) {
  const names = (list) => (list ?? []).map((one) => expressionWords(t, one)).join(", ");
  const parts = [
    ...(reading.joins ?? []).map(({ dataset }) => t("ui.reading.joined", { name: dataset })),
    reading.having && t("ui.reading.having_words", { condition: conditionWords(t, reading.having) }),
    reading.per?.length > 0 && t("ui.reading.within_words", { names: names(reading.per) }),
    reading.rank && t("ui.reading.rank_words", { rank: reading.rank }),
    reading.period && t("ui.reading.period_words", { of: expressionWords(t, reading.period.of) }),
    reading.method && t("ui.reading.method_words", { name: reading.method }),
    reading.target && t("ui.reading.target_words", { name: reading.target }),
    reading.chart && t("ui.reading.chart_words"),
    reading.export && t("ui.reading.export_words", { name: reading.export }),
    reading.also?.length > 0 && t("ui.reading.also_words", { count: reading.also.length }),
  ];
  return parts.filter(Boolean);
}

/** The whole of a reading in one line, without any marks. */
export function readingWords(t, reading) {
  const task = reading.task ?? "aggregate";
  const measures = (reading.measures ?? []).map((one) => measureWords(t, one));
  const columns = (reading.columns ?? []).map((one) => expressionWords(t, one));
  const groups = (reading.by ?? []).map((one) => groupWords(t, one));
  const { order, top, where } = reading;
  const parts = [
    task !== "aggregate" && taskWords(t, task),
    ...measures,
    ...columns,
    groups.length > 0 && t("ui.reading.by_words", { names: groups.join(", ") }),
    where && t("ui.reading.where_words", { condition: conditionWords(t, where) }),
    order && t(`ui.reading.order.${order.direction ?? "descending"}`),
    top && t("ui.reading.top_words", { top }),
    ...keptWords(t, reading),
  ];
  return parts.filter(Boolean).join(" · ");
}

export function taskWords(t, task) {
  const key = `ui.reading.task.${task}`;
  return t.has(key) ? t(key) : task;
}

function nested(t, part) {
  const words = conditionWords(t, part);
  return part.kind === "all" || part.kind === "any" ? `(${words})` : words;
}

function side(t, value) {
  return typeof value === "object" && value !== null ? expressionWords(t, value) : String(value);
}

function sign(op) {
  return { "!=": "≠", ">=": "≥", "<=": "≤" }[op] ?? op;
}
