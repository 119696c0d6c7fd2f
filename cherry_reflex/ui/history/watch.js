// When the list is fetched again: as the conversation on the screen begins, ends or is named, as
// the page is looked at again, and now and then while another conversation is at work.

import { useEffect } from "react";

import { useSignal } from "../live/signals.js";
import { current, liveRun } from "../live/store.js";
import { refresh, useConversations } from "./conversations.js";

const LIVE_MS = 5000;
const SETTLE_MS = 250;

export function useFreshList() {
  useSignal("conversation");
  const { list } = useConversations();
  const { id, meta } = current();
  const live = liveRun();
  const mark = `${id} ${live?.run_id ?? ""} ${meta?.title ?? ""}`;

  useEffect(() => {
    const timer = setTimeout(refresh, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [mark]);

  const elsewhere = list.some((one) => one.live && (one.id !== id || !live));
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && refresh();
    document.addEventListener("visibilitychange", look);
    const timer = elsewhere ? setInterval(look, LIVE_MS) : 0;
    return () => {
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
    };
  }, [elsewhere]);
}
