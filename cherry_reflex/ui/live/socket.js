// The live namespace, on the same websocket as Reflex's own: socket.io-client keeps one connection
// per host and path, so `/c` rides on the one that Reflex opens, loses and opens again.
import io from "socket.io-client";
import { getToken } from "$/utils/state";
import { liveAddress } from "./origin.js";
import { mark } from "./signals.js";
import * as store from "./store.js";

/** A little text is acknowledged rarely, as that costs the server more than to send it. */
const ACK_AFTER_MS = 200;
const ACK_LITTLE_AFTER_MS = 1000;
/** More is much: a small part of what the server sends before it waits. */
const LITTLE_CHARS = 20_000;
const RETRY_MS = 1000;
/** The server pings every 2 s and is given 2 s more. */
const SILENT_MS = 4000;
/** A connection that is not open by then never will be: the network swallows it. */
const OPEN_MS = 2500;

let socket = null;
let ackTimer = null;
let ackDue = 0;
let ackChars = 0;
let state = "starting";
let lostAt = 0;

/** "starting", "up" or "down". */
export function connection() {
  return { state, lostAt };
}

/** Connect, once Reflex is hydrated (its token is final then); again is harmless.
 *  `follow(id, after)` is Reflex's event that makes the server send records. */
export function connect(follow) {
  store.setLink({ follow: (id, after) => socket?.connected && follow(id, after), acknowledge });
  if (socket) {
    // A second greeting while the first is under way (React's strict mode runs effects twice)
    // would be refused, and the refusal taken for a lost connection.
    if (!socket.active) socket.connect();
    return;
  }
  const { url, path } = liveAddress();
  socket = io(url, {
    path,
    transports: ["websocket"],
    autoConnect: false,
    reconnection: false,
    query: { token: getToken() },
    auth: (send) => send({ token: getToken() }),
  });
  socket.io.timeout(OPEN_MS);
  socket.on("connect", () => {
    set("up");
    store.resume();
  });
  socket.on("disconnect", (reason) => {
    // Without pings the connection was dead for as long already.
    set("down", reason === "ping timeout" ? SILENT_MS : 0);
    if (isAlone()) retry();
  });
  socket.on("connect_error", () => {
    // On an open connection it is the server that refused: it did not know Reflex's yet.
    if (isAlone() || socket.io._readyState === "open") retry();
  });
  socket.on("f", store.takeFollowing);
  socket.on("t", store.takeText);
  socket.on("r", store.takeRecords);
  socket.on("s", store.takeCaughtUp);
  socket.on("e", store.takeFailure);
  socket.connect();
}

/** Acknowledge what is drawn, `chars` more than before; several in a short time become one. */
function acknowledge(seq, chars) {
  ackChars += chars;
  const wait = ackChars > LITTLE_CHARS ? ACK_AFTER_MS : ACK_LITTLE_AFTER_MS;
  const due = performance.now() + wait;
  if (ackTimer !== null && ackDue <= due) return;
  clearTimeout(ackTimer);
  ackDue = due;
  ackTimer = setTimeout(() => {
    ackTimer = null;
    ackChars = 0;
    if (socket?.connected) socket.emit("a", Math.max(seq, store.current().seq));
  }, wait);
}

/** Reflex opens a shared connection again by itself, with a fresh greeting; only one of our own
 *  (when Reflex had to make a second one) may we open. */
function isAlone() {
  return Object.keys(socket.io.nsps).every((name) => name === "/c");
}

function retry() {
  setTimeout(() => {
    if (!socket.connected) socket.connect();
  }, RETRY_MS);
}

function set(next, ago = 0) {
  if (state === next) return;
  state = next;
  lostAt = next === "down" ? Date.now() - ago : 0;
  mark("connection");
}
