// The rows of a stored table, fetched page by page as the grid shows them.

import { useEffect, useMemo, useReducer, useRef } from "react";

import { api } from "../live/api.js";

const PAGES_KEPT = 40;

/** One table in one order. Pages that are no longer wanted are not waited for, and old ones go. */
class Book {
  constructor(path, sort, desc, pageRows, before) {
    Object.assign(this, { path, sort, desc, pageRows });
    this.columns = before?.columns ?? [];
    this.total = before?.total ?? 0;
    this.ready = before?.ready ?? false;
    this.error = null;
    this.pages = new Map();
    this.pending = new Map();
    this.redraw = () => {};
    this.before = before;
    if (before) before.before = null;
  }

  /** The row, if it is here; until the first page has come, that of the order before. */
  row(index) {
    if (!this.pages.size && this.before) return this.before.row(index);
    return this.pages.get(Math.floor(index / this.pageRows))?.[index % this.pageRows];
  }

  /** Fetch what is missing of rows `first` to `last`, and drop requests for other rows. */
  want(first, last) {
    const from = Math.max(0, Math.floor(first / this.pageRows));
    const to = Math.max(from, Math.floor(last / this.pageRows));
    for (const [page, control] of this.pending) {
      if (page < from || page > to) {
        control.abort();
        this.pending.delete(page);
      }
    }
    if (this.error) return;
    for (let page = from; page <= to; page += 1) {
      if (!this.pages.has(page) && !this.pending.has(page)) this.fetch(page);
    }
  }

  async fetch(page) {
    const control = new AbortController();
    this.pending.set(page, control);
    try {
      const answer = await rowsOf(this.path, page * this.pageRows, this.pageRows, this, control);
      this.columns = answer.columns;
      this.total = answer.total;
      this.ready = true;
      this.pages.set(page, answer.rows);
      this.before = null;
      if (this.pages.size > PAGES_KEPT) this.pages.delete(this.pages.keys().next().value);
    } catch (error) {
      if (control.signal.aborted) return;
      this.error = error;
      this.before = null;
    }
    this.pending.delete(page);
    this.redraw();
  }

  again() {
    this.error = null;
    this.redraw();
  }

  close() {
    for (const control of this.pending.values()) control.abort();
    this.pending.clear();
    this.redraw = () => {};
  }
}

/** Fetch `limit` rows from `offset`, in the order of `order` ({sort, desc}). */
export function rowsOf(path, offset, limit, order = {}, control = undefined) {
  const query = new URLSearchParams({ offset, limit });
  if (order.sort) {
    query.set("sort", order.sort);
    query.set("desc", order.desc ? "true" : "false");
  }
  return api(`${path}/rows?${query}`, { signal: control?.signal });
}

/** The rows of the table at `path`; the component is drawn again as pages arrive. */
export function useRows(path, { sort = "", desc = false, pageRows = 100 } = {}) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  const before = useRef(null);
  const book = useMemo(() => {
    const last = before.current?.path === path ? before.current : null;
    return new Book(path, sort, desc, pageRows, last);
  }, [path, sort, desc, pageRows]);
  useEffect(() => {
    before.current = book;
    book.redraw = redraw;
    redraw();
    return () => book.close();
  }, [book]);
  return book;
}
