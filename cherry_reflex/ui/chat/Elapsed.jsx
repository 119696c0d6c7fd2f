// How long something has taken: `3.2s`, ticking while it goes on.
import { useEffect, useState } from "react";

const TICK_MS = 100;

export default function Elapsed({ from, to }) {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (to || !from) return undefined;
    const timer = setInterval(() => setNow(Date.now() / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, [from, to]);
  if (!from) return null;
  return <span className="c-elapsed">{elapsed(Math.max(0, (to ?? now) - from))}</span>;
}

export function elapsed(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m ${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
}
