// The saved conversations at the left: a column of the page, over it on a phone.

import { PanelLeft, Search, SquarePen } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import "./history.css";
import { failureText, useT } from "../live/strings.js";
import ConversationRow from "./ConversationRow.jsx";
import UndoNote from "./UndoNote.jsx";
import { remove, restore, search, showAll, useConversations } from "./conversations.js";
import { groups } from "./groups.js";
import { showSidebar, useSidebar } from "./sidebar.js";
import { useFreshList } from "./watch.js";

const TYPING_MS = 250;

/** `children` stand at its foot. `onOpen(id)` and `onNew()` change what the page shows. */
export default function Sidebar({ currentId, onOpen, onNew, children }) {
  const t = useT();
  const sidebar = useSidebar();
  useFreshList();
  const shown = sidebar?.shown ?? false;
  const before = useRef(shown);
  useEffect(() => {
    // Hidden by its own button: the focus goes to the one that shows it again.
    if (before.current && !shown && document.activeElement === document.body) {
      document.querySelector("[aria-controls=c-sidebar]")?.focus();
    }
    before.current = shown;
  }, [shown]);
  if (!shown) return null;
  const leave = (then) => (value) => {
    if (sidebar.phone) showSidebar(false);
    then(value);
  };
  const content = (
    <Conversations
      currentId={currentId}
      searches={sidebar.searches}
      onOpen={leave(onOpen)}
      onNew={leave(onNew)}
      onDropped={onNew}
      onRestored={onOpen}
    >
      {children}
    </Conversations>
  );
  if (sidebar.phone) return <Drawer label={t("ui.history.name")}>{content}</Drawer>;
  return (
    <nav id="c-sidebar" className="c-sidebar" aria-label={t("ui.history.name")}>
      {content}
    </nav>
  );
}

function Drawer({ label, children }) {
  const dialog = useRef(null);
  // Closed while still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      id="c-sidebar"
      className="c-sidebar c-sidebar--drawer"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        showSidebar(false);
      }}
      onClick={(event) => event.target === dialog.current && showSidebar(false)}
    >
      {children}
    </dialog>
  );
}

function Conversations({ currentId, searches, onOpen, onNew, onDropped, onRestored, children }) {
  const t = useT();
  const { list, query, phase, failure, limit } = useConversations();
  const [typed, setTyped] = useState(query);
  const [deleted, setDeleted] = useState(null);
  const field = useRef(null);
  const rows = useRef(null);
  const latest = useRef({});
  latest.current = { onOpen, onDropped, currentId };

  useEffect(() => {
    if (typed === query) return undefined;
    const timer = setTimeout(() => search(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, query]);

  useEffect(() => {
    if (searches) field.current.select();
  }, [searches]);

  const opened = useCallback((id) => latest.current.onOpen(id), []);
  const forget = useCallback(() => setDeleted(null), []);
  const drop = useCallback(async (conversation) => {
    const links = [...rows.current.querySelectorAll(".c-row__link")];
    const at = links.findIndex((link) => link.getAttribute("href") === `/c/${conversation.id}`);
    (links[at + 1] ?? links[at - 1] ?? field.current)?.focus();
    if (!(await remove(conversation))) return;
    const shown = latest.current.currentId === conversation.id;
    setDeleted({ ...conversation, shown });
    if (shown) latest.current.onDropped();
  }, []);
  const undo = async () => {
    const conversation = deleted;
    setDeleted(null);
    await restore(conversation);
    if (conversation.shown) onRestored(conversation.id);
  };

  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".c-row__link, .c-search__field")) return;
    const links = [...rows.current.querySelectorAll(".c-row__link")];
    const next = links[links.indexOf(event.target) + step];
    if (!next && step > 0) return;
    event.preventDefault();
    (next ?? field.current).focus();
  };

  return (
    <div className="c-sidebar__inside" onKeyDown={keys}>
      <div className="c-sidebar__head">
        <button
          type="button"
          className="c-icon-button"
          aria-label={t("ui.history.hide")}
          title={t("ui.history.hide")}
          onClick={() => showSidebar(false)}
        >
          <PanelLeft size={18} aria-hidden="true" />
        </button>
        <button type="button" className="c-sidebar__new" onClick={() => onNew()}>
          <SquarePen size={16} aria-hidden="true" />
          {t("ui.history.new")}
        </button>
      </div>
      <label className="c-search">
        <Search size={15} aria-hidden="true" />
        <span className="c-hidden">{t("ui.history.search")}</span>
        <input
          ref={field}
          type="search"
          className="c-search__field"
          placeholder={t("ui.history.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || !typed) return;
            event.preventDefault();
            event.stopPropagation();
            setTyped("");
          }}
        />
      </label>
      <div ref={rows} className="c-sidebar__rows">
        {groups(list).map(({ name, list: members }) => (
          <section key={name} aria-label={t(`ui.history.${name}`)}>
            <h2 className="c-sidebar__group">{t(`ui.history.${name}`)}</h2>
            <ul>
              {members.map((one) => (
                <ConversationRow
                  key={one.id}
                  conversation={one}
                  current={one.id === currentId}
                  onOpen={opened}
                  onDelete={drop}
                />
              ))}
            </ul>
          </section>
        ))}
        {list.length >= limit && (
          <button type="button" className="c-sidebar__more" onClick={showAll}>
            {t("ui.history.more")}
          </button>
        )}
        {phase === "ready" && !list.length && (
          <p className="c-sidebar__empty">
            {t(query ? "ui.history.no_match" : "ui.history.empty")}
          </p>
        )}
        {failure && (
          <p role="alert" className="c-sidebar__problem">
            {failureText(t, failure)}
          </p>
        )}
      </div>
      <UndoNote deleted={deleted} onUndo={undo} onGone={forget} />
      {children && <div className="c-sidebar__foot">{children}</div>}
    </div>
  );
}
