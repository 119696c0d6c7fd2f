// The HTTP API. `api(path, options)` answers with parsed JSON, or throws an ApiError whose `code`
// is a key of the catalogue (`error.<code>`), with `params`, `detail` and the server's `message`.
// A connection can die without a word, so nothing is waited for without an end.
import { origin } from "./origin.js";
import { language } from "./language.js";

const PATIENCE_MS = 60_000;
let refused = () => {};

/** `listener` hears when the server knows nobody here (any more). */
export function onRefused(listener) {
  refused = listener;
}

export class ApiError extends Error {
  constructor({ code, params = {}, detail = "", message = "" }, status = 0) {
    super(message || code);
    this.code = code;
    this.params = params;
    this.detail = detail;
    this.message = message || code;
    this.status = status;
  }
}

/** The full address of a path of the API, for links and downloads. */
export function apiUrl(path) {
  return origin() + path;
}

export async function api(path, options = {}) {
  const { json, headers, signal, patienceMs = PATIENCE_MS, ...rest } = options;
  const control = new AbortController();
  const leave = () => control.abort();
  if (signal?.aborted) leave();
  signal?.addEventListener("abort", leave);
  const timer = setTimeout(leave, patienceMs);
  try {
    return await answered(path, json, headers, { ...rest, signal: control.signal });
  } catch (error) {
    if (error.name === "AbortError" && !signal?.aborted) throw unreachable("no answer");
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}

async function answered(path, json, headers, rest) {
  let response;
  try {
    response = await fetch(apiUrl(path), {
      credentials: "include",
      ...rest,
      method: rest.method || (json === undefined ? "GET" : "POST"),
      headers: {
        Accept: "application/json",
        "Accept-Language": language(),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: json === undefined ? rest.body : JSON.stringify(json),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable(String(error));
  }
  if (!response.ok) throw await failure(response);
  if (response.status === 204) return null;
  return response.json();
}

function unreachable(detail) {
  return new ApiError({ code: "server_unreachable", detail });
}

async function failure(response) {
  if (response.status === 401) refused();
  try {
    const { error } = await response.json();
    if (error?.code) return new ApiError(error, response.status);
  } catch {
    // Not our JSON: a proxy's page, or nothing at all.
  }
  return new ApiError(
    { code: "server_answer", params: { status: response.status } },
    response.status,
  );
}
