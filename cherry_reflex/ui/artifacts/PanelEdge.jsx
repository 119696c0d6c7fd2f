// The left edge of the panel: dragged, or moved with the arrow keys; the width is remembered.

import { useEffect, useState } from "react";

import { useT } from "../live/strings.js";

const KEY = "cherry.panel";
const LEAST_PX = 360;
const CHAT_PX = 360;
const STEP_PX = 32;

function bounded(width) {
  const sidebar = document.querySelector("nav.c-sidebar")?.offsetWidth ?? 0;
  const most = window.innerWidth - sidebar - CHAT_PX;
  return Math.round(Math.max(LEAST_PX, Math.min(most, width)));
}

function remembered() {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    return 0; // Storage can be forbidden.
  }
}

export default function PanelEdge() {
  const t = useT();
  const [width, setWidth] = useState(() => bounded(remembered() || window.innerWidth * 0.46));

  useEffect(() => {
    // The shell makes room for the panel by the same variable.
    document.documentElement.style.setProperty("--panel", `${width}px`);
    try {
      localStorage.setItem(KEY, String(width));
    } catch {
      // As above.
    }
  }, [width]);

  const drag = (event) => {
    event.preventDefault();
    const edge = event.currentTarget;
    edge.setPointerCapture(event.pointerId);
    const moved = (next) => setWidth(bounded(window.innerWidth - next.clientX));
    const done = () => {
      edge.removeEventListener("pointermove", moved);
      edge.removeEventListener("lostpointercapture", done);
    };
    edge.addEventListener("pointermove", moved);
    edge.addEventListener("lostpointercapture", done);
  };

  const keys = (event) => {
    const by = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
    if (!by) return;
    event.preventDefault();
    setWidth(bounded(width + by));
  };

  return (
    <div
      className="c-panel__edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={t("ui.panel.width")}
      aria-valuenow={width}
      aria-valuemin={LEAST_PX}
      aria-valuemax={bounded(Infinity)}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={keys}
    />
  );
}
