// The conversation that is looked at. A snapshot comes by HTTP, then live records by the socket;
// after a reconnect the socket goes on from the last record. Parts that components look at
// (`useSignal`): "conversation", `run:<id>`, `lane:<run>/<step>`, `summary:<run>`, "connection".
import { api } from "./api.js";
import { conversationPath } from "./settings.js";
import { flush, mark, onFlush } from "./signals.js";
import { appendText, apply, isLive, newView, SUMMARY_STEP } from "./view.js";

/** How long the server may say nothing after it was asked for records. */
const DEAF_MS = 4000;
const FOLLOW_AGAIN_MS = 1000;

/** Failures that pass by themselves. */
const PASSING = [
  "server_unreachable",
  "starting",
  "live_broken",
  "storage_busy",
  "storage_broken",
  "storage_full",
];

/** `phase`: "new" (nothing saved yet), "loading", "ready" or "failed". */
let conversation = blank("new");
let link = { follow: () => {}, acknowledge: () => {} };
let opening = null;
/** Whether what comes is of the conversation that is looked at: what the server has sent of the one
 *  before may still be under way. */
let isFollowing = false;
let textRun = "";
let textStep = "";
let acknowledged = 0;
/** Characters of text that came since; of anything else it is not known how much it was. */
let unacknowledged = 0;
let deafTimer = null;

export function current() {
  return conversation;
}

/** How records are asked for and acknowledged; the socket gives it. */
export function setLink(given) {
  link = given;
  onFlush(acknowledge);
}

export function runView(runId) {
  return conversation.runs.get(runId);
}

export function liveRun() {
  for (const view of [...conversation.runs.values()].reverse()) if (isLive(view)) return view;
  return null;
}

/** Show a conversation; "" shows the start of a new one. */
export async function open(id) {
  opening?.abort();
  opening = new AbortController();
  const { signal } = opening;
  isFollowing = false;
  conversation = blank(id ? "loading" : "new", id);
  mark("conversation");
  flush();
  if (!id) return;
  try {
    const snapshot = await api(conversationPath(id), { signal });
    if (signal.aborted) return;
    take(snapshot);
    resume();
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    conversation.phase = "failed";
    conversation.failure = error;
    mark("conversation");
  }
}

/** Go on in a conversation that was just made here: nothing is there to be loaded, and what was
 *  asked before it was made is asked in it. */
export function begin(meta) {
  isFollowing = false;
  const { pending, pendingRun } = conversation;
  conversation = { ...blank("ready", meta.id), meta, isBegun: true, pending, pendingRun };
  mark("conversation");
  flush();
  resume();
}

/** Ask for what came after the last record that is known; again, when no answer comes. */
export function resume() {
  const lost = conversation.phase === "failed" && PASSING.includes(conversation.failure.code);
  if (lost) open(conversation.id);
  if (conversation.phase !== "ready") return;
  clearTimeout(deafTimer);
  deafTimer = setTimeout(resume, DEAF_MS);
  isFollowing = false;
  acknowledged = conversation.seq;
  link.follow(conversation.id, conversation.seq);
}

/** What comes from now on is of the conversation `id`. */
export function takeFollowing(id) {
  isFollowing = id === conversation.id;
  textRun = "";
  textStep = "";
}

/** Fetch the runs before the first one that is shown. */
export async function loadEarlier() {
  const shown = conversation;
  if (!shown.more || shown.loadingMore) return;
  shown.loadingMore = true;
  mark("conversation");
  try {
    const page = await api(conversationPath(shown.id, shown.first));
    shown.runs = new Map([...page.runs.map((view) => [view.run_id, view]), ...shown.runs]);
    shown.uploads = merged(page.uploads, shown.uploads);
    shown.more = page.more;
    shown.first = firstSeq(page, shown.first);
  } finally {
    shown.loadingMore = false;
    mark("conversation");
  }
}

/** Text of lanes, as the live namespace sends it. */
export function takeText([seq, given, run]) {
  if (!isFollowing) return;
  clearTimeout(deafTimer);
  if (run) textRun = run;
  const pieces = typeof given === "string" ? [textStep, given] : given;
  textStep = pieces.at(-2);
  if (seq <= conversation.seq) return;
  conversation.seq = seq;
  const view = conversation.runs.get(textRun);
  if (!view) return;
  view.seq = seq;
  for (let i = 0; i < pieces.length; i += 2) {
    appendText(view, pieces[i], pieces[i + 1]);
    unacknowledged += pieces[i + 1].length;
    mark(pieces[i] === SUMMARY_STEP ? `summary:${textRun}` : `lane:${textRun}/${pieces[i]}`);
  }
}

/** Other records. */
export function takeRecords(records) {
  if (!isFollowing) return;
  clearTimeout(deafTimer);
  unacknowledged = Infinity;
  for (const record of records) {
    if (record.seq <= conversation.seq) continue;
    conversation.seq = record.seq;
    if (record.event.type === "dataset_added") addUpload(record);
    else if (record.run_id) addRecord(record);
  }
}

/** The past is over: everything up to `seq` is here. */
export function takeCaughtUp() {
  if (!isFollowing) return;
  clearTimeout(deafTimer);
  conversation.caughtUp = true;
  conversation.followFailure = null;
  mark("conversation");
}

export function takeFailure(failure) {
  if (!isFollowing) return;
  clearTimeout(deafTimer);
  conversation.followFailure = failure;
  if (PASSING.includes(failure.code)) deafTimer = setTimeout(resume, FOLLOW_AGAIN_MS);
  mark("conversation");
}

/** Change what is known of the conversation itself (its title). */
export function setMeta(meta) {
  if (meta.id !== conversation.id) return;
  conversation.meta = { ...conversation.meta, ...meta };
  mark("conversation");
}

/** What is known of a dataset has changed. */
export function takeDataset(dataset) {
  conversation.uploads = conversation.uploads.map((upload) =>
    upload.dataset.id === dataset.id ? { ...upload, dataset } : upload,
  );
  mark("conversation");
}

/** Ask what is known of a dataset now. */
export async function refreshDataset(id) {
  const dataset = id && (await api(`/api/datasets/${id}`).catch(() => null));
  if (dataset) takeDataset(dataset);
}

function addRecord(record) {
  const id = record.run_id;
  let view = conversation.runs.get(id);
  if (!view) {
    view = newView(id);
    conversation.runs.set(id, view);
    mark("conversation");
  }
  const wasLive = isLive(view);
  const { event } = record;
  const wasAsking = isAsking(view);
  apply(view, record);
  if (wasAsking || isAsking(view)) mark("asking");
  mark(`run:${id}`);
  if (event.step) mark(`lane:${id}/${event.step}`);
  if (event.step === SUMMARY_STEP || event.type === "summary_delta") mark(`summary:${id}`);
  if (event.type === "plan_made" || !event.step) {
    for (const lane of view.lanes) mark(`lane:${id}/${lane.step}`);
    mark(`summary:${id}`);
  }
  if (wasLive !== isLive(view) || event.type === "run_started") mark("conversation");
}

function isAsking({ lanes }) {
  return lanes.some(({ state }) => state === "input");
}

async function addUpload(record) {
  const shown = conversation;
  const { event, seq, at } = record;
  if (shown.uploads.some((upload) => upload.dataset.id === event.dataset)) return;
  const stub = { id: event.dataset, name: event.name, rows: event.rows, columns: [] };
  const upload = { seq, at, dataset: stub, columns: event.columns };
  shown.uploads = [...shown.uploads.filter(({ dataset }) => dataset.id !== event.replaces), upload];
  mark("conversation");
  const full = await api(`/api/datasets/${event.dataset}`).catch(() => null);
  if (full) {
    const dataset = full.dataset ?? full;
    shown.uploads = shown.uploads.map((one) => (one === upload ? { ...one, dataset } : one));
    mark("conversation");
  }
}

function take(snapshot) {
  conversation = {
    ...conversation,
    phase: "ready",
    meta: snapshot.conversation,
    runs: new Map(snapshot.runs.map((view) => [view.run_id, view])),
    uploads: snapshot.uploads,
    seq: snapshot.seq,
    more: snapshot.more,
    first: firstSeq(snapshot, 0),
  };
  mark("conversation");
}

function firstSeq(page, otherwise) {
  return page.runs[0]?.first_seq ?? otherwise;
}

function merged(before, after) {
  const known = new Set(after.map((upload) => upload.dataset.id));
  return [...before.filter((upload) => !known.has(upload.dataset.id)), ...after];
}

function acknowledge() {
  if (conversation.seq === acknowledged) return;
  acknowledged = conversation.seq;
  link.acknowledge(acknowledged, unacknowledged);
  unacknowledged = 0;
}

function blank(phase, id = "") {
  return {
    id,
    phase,
    meta: null,
    runs: new Map(),
    uploads: [],
    seq: 0,
    first: 0,
    more: false,
    loadingMore: false,
    caughtUp: false,
    failure: null,
    followFailure: null,
    isBegun: false,
    pending: "",
    pendingRun: "",
  };
}
