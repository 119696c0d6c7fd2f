// The way to what is earlier: fetched when one scrolls up to it, or by its button. What is being
// read stays where it is, also while what came above it is still being drawn.
import { useEffect, useLayoutEffect, useRef } from "react";
import { loadEarlier } from "../live/store.js";
import { useT } from "../live/strings.js";

const DRAWN_MS = 2000;
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

export default function Earlier({ shown }) {
  const t = useT();
  const button = useRef(null);
  const kept = useRef(null);
  const first = shown.runs.keys().next().value;

  const load = () => {
    const scroller = button.current?.closest(".c-transcript");
    if (!scroller || shown.loadingMore) return;
    const read = scroller.querySelector(".c-run");
    kept.current = { scroller, read, top: read.getBoundingClientRect().top };
    loadEarlier().catch(() => {
      // The button is still there to try again.
    });
  };

  // Before it is painted, so that nothing is seen to move.
  useLayoutEffect(() => {
    if (!kept.current) return undefined;
    const { scroller, read, top } = kept.current;
    kept.current = null;
    return hold(scroller, read, top);
  }, [first]);

  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const watch = new IntersectionObserver(
      ([entry]) => entry.isIntersecting && latest.current(),
      { root: button.current.closest(".c-transcript") },
    );
    watch.observe(button.current);
    return () => watch.disconnect();
  }, [first]);

  return (
    <button
      ref={button}
      type="button"
      className="c-button c-transcript__more"
      disabled={shown.loadingMore}
      onClick={load}
    >
      {shown.loadingMore && <span className="c-spinner" />}
      {t("ui.earlier")}
    </button>
  );
}

/** Keep an element at that height of the screen until the reader moves, or all is drawn; returns
 *  what ends it. */
function hold(scroller, read, top) {
  const move = () => {
    scroller.scrollTop += read.getBoundingClientRect().top - top;
  };
  move();
  const watch = new ResizeObserver(move);
  watch.observe(read.parentElement);
  const timer = setTimeout(end, DRAWN_MS);
  for (const kind of MOVES) addEventListener(kind, end, { capture: true, passive: true });
  function end() {
    watch.disconnect();
    clearTimeout(timer);
    for (const kind of MOVES) removeEventListener(kind, end, { capture: true });
  }
  return end;
}
