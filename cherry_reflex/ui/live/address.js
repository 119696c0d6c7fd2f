// The conversation in the page's address: `/c/<id>`. The address changes without React Router, so
// nothing is mounted anew; going back and forward is heard by `onAddress`.

export function conversationId() {
  return /^\/c\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "";
}

/** Go to another conversation ("" for the start of a new one). */
export function goTo(id) {
  const path = id ? `/c/${id}` : "/";
  if (location.pathname === path) return;
  const index = (history.state?.idx ?? 0) + 1;
  history.pushState({ usr: null, key: crypto.randomUUID().slice(0, 8), idx: index }, "", path);
}

/** The conversation that is being written has got its id. */
export function settleAt(id) {
  history.replaceState(history.state, "", `/c/${id}`);
}

export function onAddress(callback) {
  const listener = () => callback(conversationId());
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}
