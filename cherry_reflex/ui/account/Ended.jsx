// Says that the session is over, here or by the operator, and how to go on.
import "./account.css";
import { LogIn } from "lucide-react";
import { useEffect } from "react";
import { checkSession, useSession, useSessionEnded } from "../live/session.js";
import { useSignal } from "../live/signals.js";
import { connection } from "../live/socket.js";
import { useT } from "../live/strings.js";

const AGAIN_MS = 3000;

export default function Ended() {
  const t = useT();
  const ended = useSessionEnded();
  const login = useSession()?.login ?? false;
  useSignal("connection");
  const isDown = connection().state === "down";
  useEffect(() => {
    // A server that shuts one out closes the socket first.
    if (!login || !isDown || ended) return undefined;
    checkSession();
    const timer = setInterval(checkSession, AGAIN_MS);
    return () => clearInterval(timer);
  }, [login, isDown, ended]);
  useEffect(() => {
    // Signed in again in another tab?
    const look = () => document.visibilityState === "visible" && checkSession();
    if (ended) document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [ended]);
  if (!ended) return null;
  return (
    <div role="alert" className="c-ended">
      <p>{t("ui.account.ended")}</p>
      <button type="button" className="c-button" onClick={() => location.reload()}>
        <LogIn size={14} aria-hidden="true" />
        {t("ui.account.sign_in")}
      </button>
    </div>
  );
}
