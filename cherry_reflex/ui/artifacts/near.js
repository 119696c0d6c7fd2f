// Whether an element is near the viewport, so that what is far costs nothing.

import { useEffect, useState } from "react";

/** True while the element of `ref` is within `marginPx` of the viewport. With `once`, true for
 * good from the first time on. */
export function useNear(ref, { marginPx = 800, once = false } = {}) {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const watch = new IntersectionObserver(
      (entries) => {
        const now = entries[entries.length - 1].isIntersecting;
        if (now && once) watch.disconnect();
        if (now || !once) setNear(now);
      },
      { rootMargin: `${marginPx}px` },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [ref, marginPx, once]);
  return near;
}
