// Autoscroll: the newest is kept in view only while the reader is near it. Scrolling up lets go;
// the button, or scrolling down again, takes hold.
import { createContext, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { isNear } from "../live/settings.js";

/** Call it before something is opened or closed by hand: the page stays where it is then. */
export const StickContext = createContext(() => {});

/** `fromTop` while what is shown is read from its top, as the empty start is. */
export function useStick(key, fromTop) {
  const scroller = useRef(null);
  const content = useRef(null);
  const holds = useRef(true);
  const starts = useRef(fromTop);
  starts.current = fromTop;
  const [stuck, setStuck] = useState(true);

  const set = useCallback((value) => {
    holds.current = value;
    setStuck(value);
  }, []);

  const attach = useCallback(() => {
    set(true);
    toEnd(scroller.current);
  }, [set]);

  useLayoutEffect(() => {
    set(true);
    if (fromTop) scroller.current.scrollTop = 0;
    else toEnd(scroller.current);
  }, [key, fromTop, set]);

  useEffect(() => {
    const box = scroller.current;
    let top = box.scrollTop;
    const roomNow = () => box.scrollHeight - box.clientHeight;
    let room = roomNow();
    const onScroll = () => {
      // Where the page itself moves as something shrinks or grows, nobody has scrolled.
      const grown = roomNow() - room;
      const isUp = box.scrollTop < top;
      top = box.scrollTop;
      room += grown;
      const away = room - top;
      if (isNear(away) && !(isUp && grown === 0)) set(true);
      else if (isUp && !isNear(away - Math.max(0, grown))) set(false);
    };
    const observer = new ResizeObserver(() => {
      room = roomNow();
      if (starts.current) return;
      if (holds.current) toEnd(box);
      else if (isNear(box.scrollHeight - box.clientHeight)) set(true);
    });
    observer.observe(content.current);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, [set]);

  const release = useCallback(() => {
    holds.current = false;
    // Decided anew once the change is laid out.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const box = scroller.current;
        if (box) set(isNear(box.scrollHeight - box.clientHeight - box.scrollTop));
      }),
    );
  }, [set]);

  return { scroller, content, stuck, attach, release };
}

function toEnd(box) {
  if (box) box.scrollTop = box.scrollHeight;
}
