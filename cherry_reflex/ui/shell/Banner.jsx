// Says that the connection is lost, and what happens next. Short losses stay unsaid.
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useSessionEnded } from "../live/session.js";
import { useSignal } from "../live/signals.js";
import { connection } from "../live/socket.js";
import { useT } from "../live/strings.js";

const PATIENCE_MS = 1200;

export default function Banner() {
  const t = useT();
  useSignal("connection");
  const { state, lostAt } = connection();
  const ended = useSessionEnded();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (state !== "down") {
      setShown(false);
      return undefined;
    }
    const wait = Math.max(0, lostAt + PATIENCE_MS - Date.now());
    const timer = setTimeout(() => setShown(true), wait);
    return () => clearTimeout(timer);
  }, [state, lostAt]);
  return (
    <div role="status" className="c-banner-place">
      {shown && !ended && (
        <p className="c-banner">
          <WifiOff size={16} aria-hidden="true" />
          {t("ui.connection_lost")}
        </p>
      )}
    </div>
  );
}
