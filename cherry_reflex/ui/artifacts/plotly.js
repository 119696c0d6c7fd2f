// Plotly, loaded when the first chart comes into view. The strict build needs no eval.

let loading;

/** Load Plotly; the same promise every time. A failed load is tried again at the next call. */
export function plotly() {
  loading ??= import("plotly.js-strict-dist-min").then(
    (module) => {
      const library = module.default ?? module;
      library.register([korean()]);
      return library;
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Korean names of days and months, taken from the browser. */
function korean() {
  const names = (count, at, options) => {
    const format = new Intl.DateTimeFormat("ko", { timeZone: "UTC", ...options });
    return Array.from({ length: count }, (_, index) => format.format(at(index)));
  };
  // 4 January 1970 was a Sunday.
  const day = (index) => new Date(Date.UTC(1970, 0, 4 + index));
  const month = (index) => new Date(Date.UTC(1970, index, 1));
  return {
    moduleType: "locale",
    name: "ko",
    dictionary: {},
    format: {
      days: names(7, day, { weekday: "long" }),
      shortDays: names(7, day, { weekday: "short" }),
      months: names(12, month, { month: "long" }),
      shortMonths: names(12, month, { month: "short" }),
      date: "%Y.%m.%d",
      year: "%Y년",
      month: "%Y년 %b",
      dayMonth: "%b %-d일",
      dayMonthYear: "%Y년 %b %-d일",
    },
  };
}
