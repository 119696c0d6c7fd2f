// An interactive chart. It is fetched and drawn near the viewport only, keeps its room from the
// start, follows the theme, and has a table with the same numbers.

import { Image, RotateCcw, Table2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

import "./chart.css";
import { apiUrl } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";
import { useShownTheme } from "../live/theme.js";
import FigureTable from "./FigureTable.jsx";
import Menu from "./Menu.jsx";
import TableBody from "./TableBody.jsx";
import { layoutFor, readTheme } from "./chartTheme.js";
import { jsonOf } from "./content.js";
import { useNear } from "./near.js";
import { loadOutlines } from "./outlines.js";
import { pathOf } from "./path.js";
import { plotly } from "./plotly.js";

const HEIGHT_PX = 300;
const WIDE_HEIGHT_PX = 400;
const COMPACT_PX = 520;
const EXPORT_SCALE = 2;

function config(language) {
  return {
    displayModeBar: false,
    displaylogo: false,
    scrollZoom: false,
    showTips: false,
    locale: language === "ko" ? "ko" : "en-US",
    // Maps never ask another host: their outlines are loaded before they are drawn.
    topojsonURL: "/topojson/",
  };
}

/** `slot` is the element that the tools are put into. */
export default function Chart({ artifact, siblings = [], slot, wide = false, onOpen }) {
  const t = useT();
  const theme = useShownTheme();
  const box = useRef(null);
  const canvas = useRef(null);
  const library = useRef(null);
  const near = useNear(box);
  const [figure, setFigure] = useState(null);
  const [error, setError] = useState(null);
  const [attempt, setAttempt] = useState(0);
  const [drawn, setDrawn] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const [revision, setRevision] = useState(0);

  useEffect(() => {
    if (!near || figure || error) return undefined;
    const control = new AbortController();
    const given = jsonOf(artifact.id, control.signal).then(async (value) => {
      const [loaded] = await Promise.all([plotly(value), loadOutlines(value)]);
      return [value, loaded];
    });
    given.then(
      ([value, loaded]) => {
        if (control.signal.aborted) return;
        library.current = loaded;
        setFigure(value);
      },
      (failure) => {
        if (!control.signal.aborted) setError(failure);
      },
    );
    return () => control.abort();
  }, [near, artifact.id, attempt, figure, error]);

  const least = artifact.meta.wide ? WIDE_HEIGHT_PX : HEIGHT_PX;
  const height = Math.max(least, figure?.layout?.height ?? artifact.meta.height ?? 0);
  const visible = near && figure && !asTable;

  useEffect(() => {
    if (!visible) return undefined;
    const element = canvas.current;
    return () => {
      library.current.purge(element);
      setDrawn(false);
    };
  }, [visible, figure]);

  useEffect(() => {
    if (!visible) return undefined;
    const element = canvas.current;
    let current = true;
    let frame = 0;
    const draw = async () => {
      if (!current || !element.clientWidth) return;
      const layout = layoutFor(figure, readTheme(), {
        height: wide ? Math.max(260, element.clientHeight) : height,
        compact: element.clientWidth < COMPACT_PX,
        still: matchMedia("(pointer: coarse)").matches,
        revision,
      });
      try {
        await library.current.react(element, {
          data: figure.data ?? [],
          layout,
          config: config(t.language),
          frames: figure.frames,
        });
        if (current) setDrawn(true);
      } catch (failure) {
        if (current) setError(failure);
      }
    };
    const sizes = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    });
    sizes.observe(element);
    return () => {
      current = false;
      cancelAnimationFrame(frame);
      sizes.disconnect();
    };
  }, [visible, figure, theme, t.language, wide, height, revision]);

  const save = (format) => {
    const { paper } = readTheme();
    const element = canvas.current;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const scale = format === "png" ? EXPORT_SCALE : 1;
    const filename = artifact.title.replace(/[\\/:*?"<>|]+/g, " ").trim() || "chart";
    const title = { text: artifact.title, x: 0.02, xanchor: "left", font: { size: 15 } };
    const margin = { ...element.layout.margin, t: 52 };
    const layout = { ...element.layout, title, margin, paper_bgcolor: paper };
    const picture = { data: element.data, layout, config: config(t.language) };
    library.current.downloadImage(picture, { format, filename, scale, ...size });
  };

  const described = artifact.meta.description || artifact.title;
  const twin = siblings.find(
    (other) => other.kind === "table" && other.title === artifact.meta.table,
  );
  const tools = (
    <>
      <button
        type="button"
        className="c-icon-button"
        aria-pressed={asTable}
        aria-label={t("ui.chart.as_table")}
        title={t("ui.chart.as_table")}
        disabled={!figure}
        onClick={() => setAsTable(!asTable)}
      >
        <Table2 size={16} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="c-icon-button"
        aria-label={t("ui.chart.reset")}
        title={t("ui.chart.reset")}
        disabled={!drawn}
        onClick={() => setRevision(revision + 1)}
      >
        <RotateCcw size={15} aria-hidden="true" />
      </button>
      <Menu
        label={t("ui.chart.save")}
        icon={Image}
        items={[
          ...["png", "svg"].map((format) => ({
            label: format.toUpperCase(),
            onSelect: () => drawn && save(format),
          })),
          ...(twin ? ["csv", "xlsx"] : []).map((format) => ({
            label: t(`ui.artifact.${format}`),
            href: apiUrl(`${pathOf(twin)}/download?format=${format}`),
          })),
        ]}
      />
    </>
  );
  return (
    <figure
      ref={box}
      className={`c-chart${wide ? " c-chart--wide" : ""}`}
      aria-busy={near && !drawn && !asTable && !error}
    >
      {slot && createPortal(tools, slot)}
      {asTable && (
        <div className="c-chart__table">
          {twin ? <TableBody artifact={twin} onOpen={onOpen} /> : <FigureTable figure={figure} />}
        </div>
      )}
      {!asTable && (
        <div className="c-chart__room" style={wide ? undefined : { height }}>
          <div ref={canvas} className="c-chart__canvas" role="img" aria-label={described} />
          {!drawn && !error && <span className="c-chart__wait" aria-hidden="true" />}
          {error && (
            <p role="alert" className="c-artifact__problem">
              {error.code ? failureText(t, error) : t("ui.chart.failed")}{" "}
              <button
                type="button"
                className="c-link"
                onClick={() => {
                  setError(null);
                  setAttempt(attempt + 1);
                }}
              >
                {t("ui.grid.again")}
              </button>
            </p>
          )}
        </div>
      )}
      {artifact.meta.description && (
        <figcaption className="c-artifact__note">{artifact.meta.description}</figcaption>
      )}
    </figure>
  );
}
