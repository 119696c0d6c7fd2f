// Plotly, loaded when the first chart comes into view: the small build has what most charts are
// made of; maps, flows, trees and space come with the whole one. Neither needs eval.

const SMALL = new Set(
  "bar box contour heatmap histogram histogram2d histogram2dcontour image pie scatter violin".split(
    " ",
  ),
);
const loading = new Map();

/** Load the Plotly that draws `figure`; the same promise every time. A failed load is tried again
 *  at the next call. */
export function plotly(figure) {
  const whole = traces(figure).some(({ type = "scatter" }) => !SMALL.has(type));
  // The whole build draws everything: once it is here, no other is fetched.
  if (whole || loading.has("whole")) {
    return load("whole", () => import("plotly.js-strict-dist-min"));
  }
  return load("small", () => import("plotly.js-cartesian-dist-min"));
}

function traces({ data = [], frames = [] }) {
  return [...data, ...(frames ?? []).flatMap((frame) => frame.data ?? [])];
}

function load(name, fetched) {
  if (!loading.has(name)) {
    const made = fetched().then(
      (module) => {
        const library = module.default ?? module;
        library.register([korean()]);
        return library;
      },
      (error) => {
        loading.delete(name);
        throw error;
      },
    );
    loading.set(name, made);
  }
  return loading.get(name);
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
