// Who is signed in. While the app serves one person there is no login, and nobody to be shown.
import { useEffect } from "react";
import { api, onRefused } from "./api.js";
import { mark, useSignal } from "./signals.js";

const ACCOUNT = "cherry.account";
const DRAFTS = "cherry.draft.";

/** `known`: {login, operator, account} or null before it is known; `ended`: one was, and is over. */
let state = { known: null, ended: false };
let asking = null;

onRefused(() => {
  state = { ...state, ended: true };
  mark("session");
});

/** {login, operator, account: {name} or null}; null while it is not known. */
export function useSession() {
  useSignal("session");
  useEffect(() => {
    if (!state.known) checkSession();
  }, []);
  return state.known;
}

export function useSessionEnded() {
  useSignal("session");
  return state.ended;
}

/** Ask the server who is signed in: it may have shut this page out. */
export function checkSession() {
  asking ??= api("/api/session")
    .then((known) => {
      const ended = known.login && !known.account;
      if (known.account) {
        takeOver(known.account.name);
        // Somebody else has signed in, in another tab.
        if (state.known && state.known.account?.name !== known.account.name) location.reload();
      }
      state = { known: ended ? state.known : known, ended };
      mark("session");
    })
    .catch(() => {
      // Asked again by whoever needs it next.
    })
    .finally(() => {
      asking = null;
    });
  return asking;
}

/** Sign out, here and in every tab. What was not sent yet is forgotten. */
export async function signOut() {
  await api("/api/session", { method: "DELETE" });
  takeOver("");
  location.assign("/");
}

/** Drafts in this browser are one person's. */
function takeOver(name) {
  try {
    if ((localStorage.getItem(ACCOUNT) ?? "") === name) return;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(DRAFTS)) localStorage.removeItem(key);
    }
    localStorage.setItem(ACCOUNT, name);
  } catch {
    // Storage can be forbidden; then nothing is kept there.
  }
}
