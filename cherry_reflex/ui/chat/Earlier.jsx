// The way to what is earlier: fetched when one scrolls up to it, or by its button. What is being
// read stays where it is.
import { useEffect, useLayoutEffect, useRef } from "react";
import { loadEarlier } from "../live/store.js";
import { useT } from "../live/strings.js";

export default function Earlier({ shown }) {
  const t = useT();
  const button = useRef(null);
  const kept = useRef(null);
  const first = shown.runs.keys().next().value;

  const load = () => {
    const scroller = button.current?.closest(".c-transcript");
    if (!scroller || shown.loadingMore) return;
    kept.current = { scroller, below: scroller.scrollHeight - scroller.scrollTop };
    loadEarlier().catch(() => {
      // The button is still there to try again.
    });
  };

  // Before it is painted, so that nothing is seen to move.
  useLayoutEffect(() => {
    if (!kept.current) return;
    const { scroller, below } = kept.current;
    kept.current = null;
    scroller.scrollTop = scroller.scrollHeight - below;
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
