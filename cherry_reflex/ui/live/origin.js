// Where the server is: the page's own origin, except while Reflex's development server runs apart.
import env from "$/env.json";
import { getBackendURL } from "$/utils/state";

export function origin() {
  return getBackendURL(env.PING).origin.replace(/^ws/, "http");
}

/** The address of the live namespace, in the form that shares Reflex's own connection. */
export function liveAddress() {
  const endpoint = getBackendURL(env.EVENT);
  const path = endpoint.pathname;
  endpoint.pathname = "/c";
  return { url: endpoint.href, path };
}
