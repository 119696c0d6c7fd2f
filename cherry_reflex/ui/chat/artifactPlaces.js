// Which artifacts of a run are drawn, and how wide.
const HALF_COLUMNS_MAX = 3;
const HALF_HEIGHT_MAX_PX = 460;

/** The artifacts of a lane as [all, those to draw]: without what an earlier lane or this one has
 *  already, and without tables that a chart beside them shows. */
export function drawn(view, lane) {
  const before = new Set();
  for (const other of view.lanes) {
    if (other === lane) break;
    for (const artifact of artifactsOf(other)) before.add(likeness(artifact));
  }
  const made = artifactsOf(lane);
  const ofCharts = new Set(made.filter(isChart).map(({ meta }) => meta.table));
  const shown = made.filter((artifact) => {
    if (artifact.kind === "table" && ofCharts.has(artifact.title)) return false;
    const likes = likeness(artifact);
    if (before.has(likes)) return false;
    before.add(likes);
    return true;
  });
  return [made, shown];
}

/** Whether half of the column is enough for it. */
export function isNarrow({ kind, meta }) {
  if (kind === "chart") return !meta.wide && (meta.height ?? 0) <= HALF_HEIGHT_MAX_PX;
  if (kind === "file" || kind === "model") return true;
  return kind === "table" && Array.isArray(meta.columns) && meta.columns.length <= HALF_COLUMNS_MAX;
}

function artifactsOf(lane) {
  return lane.items.flatMap(({ artifact }) => (artifact ? [artifact] : []));
}

function isChart({ kind, meta }) {
  return kind === "chart" && meta.table;
}

/** The same for artifacts that say the same. */
function likeness({ kind, title, size_bytes: size, meta }) {
  return JSON.stringify([kind, title, size, meta.rows, meta.columns, meta.chosen, meta.code]);
}
