// Whether the sidebar is shown. On a wide page that is remembered; on a phone it starts hidden.

import { useSyncExternalStore } from "react";

const KEY = "cherry.sidebar";
const PHONE = "(max-width: 767px)";
/** With the sidebar and a panel the conversation would have less than 560 px. */
const CROWDED = "(min-width: 1100px) and (max-width: 1525px)";
const listeners = new Set();

let state = null;

function start() {
  let shown = true;
  try {
    shown = localStorage.getItem(KEY) !== "hidden";
  } catch {
    // Storage can be forbidden; it is shown then.
  }
  const phone = matchMedia(PHONE);
  phone.addEventListener("change", () => set({ phone: phone.matches, shown: !phone.matches }));
  return { shown: shown && !phone.matches, phone: phone.matches, yields: false, searches: 0 };
}

function set(change) {
  state = { ...state, ...change };
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function now() {
  state ??= start();
  return state;
}

/** {shown, phone, searches}: `searches` grows each time the search is asked for. */
export function useSidebar() {
  return useSyncExternalStore(subscribe, now, () => null);
}

/** Show or hide the sidebar. */
export function showSidebar(shown) {
  if (!now().phone) {
    try {
      localStorage.setItem(KEY, shown ? "shown" : "hidden");
    } catch {
      // As above.
    }
  }
  set({ shown, yields: false });
}

/** Give its room to something wide that is beside the conversation, until `isWide` is over; not
 *  where there is room for both, and not against who shows it again meanwhile. */
export function makeRoom(isWide) {
  const { shown, phone, yields } = now();
  if (!isWide && yields) set({ shown: true, yields: false });
  if (isWide && shown && !phone && matchMedia(CROWDED).matches) set({ shown: false, yields: true });
}

export function toggleSidebar() {
  showSidebar(!now().shown);
}

/** Show the sidebar with the cursor in its search. */
export function searchConversations() {
  showSidebar(true);
  set({ searches: now().searches + 1 });
}
