// Who can be asked, and which model thinks; fetched once, when first needed.
import { useEffect, useState } from "react";
import { api } from "./api.js";
import { useLanguage } from "./language.js";

const ROSTER = "/api/roster";
const pending = new Map();

export function useRoster(wanted = true) {
  // Our own members are introduced in the language of the page.
  return useOnce(`${ROSTER}?language=${useLanguage()}`, wanted);
}

export function useModel() {
  return useOnce("/api/model", true);
}

/** The team has changed: it is fetched again by whoever needs it next. */
export function forgetRoster() {
  for (const path of pending.keys()) if (path.startsWith(ROSTER)) pending.delete(path);
}

function useOnce(path, wanted) {
  const [value, setValue] = useState(null);
  useEffect(() => {
    if (!wanted) return undefined;
    let gone = false;
    fetched(path).then((found) => gone || setValue(found));
    return () => {
      gone = true;
    };
  }, [path, wanted]);
  return value;
}

function fetched(path) {
  if (!pending.has(path)) {
    const request = api(path).catch(() => {
      // Asked again by the next component that needs it.
      pending.delete(path);
      return null;
    });
    pending.set(path, request);
  }
  return pending.get(path);
}
