// The bytes of an artifact, as text or as a value.

import { ApiError, api, apiUrl } from "../live/api.js";

/** The text of a stored artifact. */
export async function textOf(id, signal) {
  let response;
  try {
    response = await fetch(apiUrl(`/api/artifacts/${id}`), { credentials: "include", signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ code: "server_unreachable", detail: String(error) });
  }
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    const unknown = { code: "server_answer", params: { status: response.status } };
    throw new ApiError(answer.error ?? unknown, response.status);
  }
  return response.text();
}

/** The JSON of a stored artifact. */
export function jsonOf(id, signal) {
  return api(`/api/artifacts/${id}`, { signal });
}
