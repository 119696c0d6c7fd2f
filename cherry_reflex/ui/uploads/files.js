// Files on their way to the server. Each is `{key, name, size, state, sent, failure, datasets}`;
// `state` is "sending", "reading" (all sent, the server reads it), "done" or "failed".
import { ApiError, apiUrl } from "../live/api.js";
import { conversationForWriting } from "../live/ask.js";
import { language } from "../live/language.js";
import { flush, mark } from "../live/signals.js";
import { current } from "../live/store.js";
import { api } from "../live/api.js";

let uploads = [];
let made = 0;
/** Told of every change. */
const waiting = new Set();

/** The files of the conversation that is shown. */
export function filesHere() {
  const { id } = current();
  return uploads.filter((upload) => upload.conversation === id || !upload.conversation);
}

/** Whether files of the conversation are on their way. */
export function isUploading() {
  return filesHere().some(({ state }) => state === "sending" || state === "reading");
}

/** Resolves when they are all there, or failed. */
export function uploaded() {
  return new Promise((resolve) => {
    const look = () => {
      if (isUploading()) return;
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    look();
  });
}

/** Upload files, one after the other, into the conversation that is shown. */
export async function addFiles(files) {
  const fresh = files.map((file) => entry(file));
  uploads = [...uploads, ...fresh];
  changed();
  let conversation;
  try {
    conversation = await conversationForWriting();
  } catch (failure) {
    fresh.forEach((upload) => Object.assign(upload, { state: "failed", failure }));
    changed();
    return;
  }
  for (const upload of fresh) upload.conversation = conversation;
  for (const upload of fresh) if (upload.state === "sending") await send(upload);
}

/** Try a failed file again, with more options (ParseOptions) if given. */
export function again(upload, more = {}) {
  const options = { ...upload.options, ...more };
  Object.assign(upload, { state: "sending", sent: 0, failure: null, options });
  changed();
  return send(upload);
}

/** Take a file off the list; one that is on its way is broken off. */
export function remove(upload) {
  upload.request?.abort();
  uploads = uploads.filter((other) => other !== upload);
  changed();
}

/** Add the sample data of that name. */
export async function addSample(name) {
  const conversation = await conversationForWriting();
  return api(`/api/conversations/${conversation}/samples`, { json: { name } });
}

function entry(file) {
  made += 1;
  return {
    key: made,
    file,
    name: file.name,
    size: file.size,
    conversation: current().id,
    state: "sending",
    sent: 0,
    failure: null,
    datasets: [],
    options: {},
    request: null,
  };
}

/** XHR, as only it tells how much was sent. */
function send(upload) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    upload.request = request;
    const end = (change) => {
      Object.assign(upload, change, { request: null });
      changed();
      resolve();
    };
    const options = JSON.stringify(upload.options);
    const query = new URLSearchParams({ name: upload.name, options });
    request.open("POST", apiUrl(`/api/conversations/${upload.conversation}/files?${query}`));
    request.withCredentials = true;
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept-Language", language());
    request.upload.onprogress = ({ loaded, total }) => {
      upload.sent = total ? loaded / total : 0;
      mark("uploads");
    };
    request.upload.onload = () => {
      upload.state = "reading";
      changed();
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300 && body?.datasets) end({ state: "done", datasets: body.datasets });
      else end({ state: "failed", failure: failureOf(body, request.status) });
    };
    request.onerror = () =>
      end({ state: "failed", failure: new ApiError({ code: "server_unreachable" }) });
    request.onabort = () => resolve();
    request.send(upload.file);
  });
}

function failureOf(body, status) {
  return new ApiError(body?.error ?? { code: "server_answer", params: { status } }, status);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function changed() {
  mark("uploads");
  mark("conversation");
  flush();
  for (const look of [...waiting]) look();
}
