// The list of conversations, as the server has it, and what a person does to it. Changes are shown
// at once and taken back when the server refuses them.

import { useSyncExternalStore } from "react";

import { api } from "../live/api.js";

const FIRST = 200;
const ALL = 1000;
const listeners = new Set();

let state = { list: [], query: "", phase: "loading", failure: null, limit: FIRST };
let asking = null;

function set(change) {
  state = { ...state, ...change };
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** {list, query, phase: loading, ready or failed, failure, limit}. */
export function useConversations() {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => state,
  );
}

/** Fetch the list again. Of several requests under way only the last counts. */
export async function refresh(change = {}) {
  asking?.abort();
  const control = new AbortController();
  asking = control;
  if (Object.keys(change).length) set(change);
  const query = new URLSearchParams({ query: state.query, limit: state.limit });
  try {
    const list = await api(`/api/conversations?${query}`, { signal: control.signal });
    if (!control.signal.aborted) set({ list, phase: "ready", failure: null });
  } catch (failure) {
    // What is on the screen stays there when a later request fails.
    if (!control.signal.aborted) set({ failure, phase: state.list.length ? "ready" : "failed" });
  }
}

/** Show those that contain `query`. */
export function search(query) {
  return refresh({ query });
}

export function showAll() {
  return refresh({ limit: ALL });
}

function replace(id, change) {
  set({ list: state.list.map((one) => (one.id === id ? { ...one, ...change } : one)) });
}

async function patch(id, change, before) {
  replace(id, change);
  try {
    replace(id, await api(`/api/conversations/${id}`, { method: "PATCH", json: change }));
  } catch (failure) {
    replace(id, before);
    set({ failure });
  }
}

export function rename(conversation, title) {
  return patch(conversation.id, { title }, { title: conversation.title });
}

export function pin(conversation, pinned) {
  return patch(conversation.id, { pinned }, { pinned: conversation.pinned });
}

/** Delete; returns whether the server has done it. */
export async function remove(conversation) {
  const before = state.list;
  set({ list: before.filter((one) => one.id !== conversation.id) });
  try {
    await api(`/api/conversations/${conversation.id}`, { method: "DELETE" });
    return true;
  } catch (failure) {
    set({ list: before, failure });
    return false;
  }
}

/** Take a deletion back. */
export async function restore(conversation) {
  try {
    await api(`/api/conversations/${conversation.id}/restore`, { method: "POST" });
  } catch (failure) {
    set({ failure });
  }
  return refresh();
}
