// How charts look: every colour and font comes from the theme's variables.

const SERIES = 8;

/** Read the theme's variables as they are now. */
export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    text: value("--text"),
    soft: value("--text-soft"),
    line: value("--line"),
    strong: value("--line-strong"),
    paper: value("--bg"),
    raised: value("--bg-raised"),
    font: value("--font"),
    series: Array.from({ length: SERIES }, (_, index) => value(`--series-${index + 1}`)),
  };
}

function axis(theme) {
  return {
    gridcolor: theme.line,
    linecolor: theme.strong,
    zerolinecolor: theme.strong,
    tickcolor: theme.strong,
    tickfont: { color: theme.soft },
    title: { font: { color: theme.soft }, standoff: 12 },
    automargin: true,
    showspikes: false,
    exponentformat: "none",
    separatethousands: true,
  };
}

function ramp(theme) {
  return [
    [0, theme.paper],
    [1, theme.series[0]],
  ];
}

function diverging(theme) {
  return [
    [0, theme.series[0]],
    [0.5, theme.paper],
    [1, theme.series[1]],
  ];
}

/** A Plotly template of the theme; what a figure says itself goes before it. */
export function template(theme) {
  const scene = { ...axis(theme), backgroundcolor: "rgba(0,0,0,0)" };
  const bar = { outlinewidth: 0, thickness: 12, tickfont: { color: theme.soft } };
  const scaled = { colorbar: bar, autocolorscale: true };
  return {
    layout: {
      font: { family: theme.font, size: 12, color: theme.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      colorway: theme.series,
      colorscale: {
        sequential: ramp(theme),
        sequentialminus: ramp(theme)
          .map(([at, color]) => [1 - at, color])
          .reverse(),
        diverging: diverging(theme),
      },
      coloraxis: { colorbar: bar },
      xaxis: axis(theme),
      yaxis: axis(theme),
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
      polar: { angularaxis: axis(theme), radialaxis: axis(theme), bgcolor: "rgba(0,0,0,0)" },
      geo: {
        bgcolor: "rgba(0,0,0,0)",
        landcolor: theme.line,
        lakecolor: theme.paper,
        oceancolor: theme.paper,
        coastlinecolor: theme.strong,
        countrycolor: theme.strong,
        subunitcolor: theme.strong,
        framecolor: theme.line,
        lonaxis: { gridcolor: theme.line },
        lataxis: { gridcolor: theme.line },
      },
      legend: { font: { color: theme.text }, bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: {
        bgcolor: theme.raised,
        bordercolor: theme.strong,
        font: { family: theme.font, size: 12, color: theme.text },
        align: "left",
      },
      annotationdefaults: { font: { color: theme.text }, arrowcolor: theme.soft },
      shapedefaults: { line: { color: theme.soft } },
      modebar: { color: theme.soft, activecolor: theme.text },
    },
    data: {
      heatmap: [scaled],
      contour: [scaled],
      pie: [{ marker: { line: { color: theme.paper, width: 1.5 } } }],
      treemap: [{ marker: { line: { color: theme.paper, width: 1.5 } } }],
      bar: [{ marker: { line: { width: 0 } } }],
      table: [{ cells: { fill: { color: theme.paper } }, header: { fill: { color: theme.line } } }],
    },
  };
}

const SLICES = new Set(["pie", "treemap", "sunburst", "sankey", "parcats", "table", "funnelarea"]);

/** Whether one label for all traces at an x serves better than one for the nearest point. */
function unified(traces) {
  const along = (trace) => !trace.orientation || trace.orientation === "v";
  const joined = ({ type = "scatter", mode = "lines" }) =>
    type === "bar" || (type === "scatter" && mode.includes("lines"));
  return traces.length > 1 && traces.every((trace) => joined(trace) && along(trace));
}

/** The figure's layout, in the theme, at the size of its box. The title stands in the card's head,
 * and without it the plot has more room. What a person has zoomed or hidden stays until `revision`
 * changes. */
export function layoutFor(figure, theme, { height, compact, still, revision }) {
  const drop = ["title", "width", "height", "template", "margin", "legend"];
  const layout = structuredClone(figure.layout ?? {}); // Plotly writes into what it is given.
  const { legend } = layout;
  for (const key of drop) delete layout[key];
  const traces = figure.data ?? [];
  const flat = traces.length > 0 && traces.every((trace) => SLICES.has(trace.type));
  return {
    ...layout,
    template: template(theme),
    autosize: true,
    height,
    margin: { l: 56, r: 20, t: flat ? 12 : 20, b: 44, pad: 0 },
    hovermode: layout.hovermode ?? (unified(traces) ? "x unified" : "closest"),
    legend: compact
      ? { orientation: "h", x: 0, y: -0.22, yanchor: "top", ...positionless(legend) }
      : { ...legend },
    dragmode: still ? false : (layout.dragmode ?? "zoom"),
    uirevision: revision,
  };
}

function positionless(legend = {}) {
  const { x, y, xanchor, yanchor, orientation, ...rest } = legend;
  return rest;
}
