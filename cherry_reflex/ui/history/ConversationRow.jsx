// One conversation in the sidebar: opened, renamed in place, pinned, deleted.

import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { memo, useState } from "react";

import Menu from "../artifacts/Menu.jsx";
import { exportItems } from "../chat/exports.js";
import { useT } from "../live/strings.js";
import TitleField from "./TitleField.jsx";
import { pin, rename } from "./conversations.js";

function ConversationRow({ conversation, current, onOpen, onDelete }) {
  const t = useT();
  const [renaming, setRenaming] = useState(false);
  const title = conversation.title || t("ui.history.untitled");
  const { pinned } = conversation;

  if (renaming) {
    return (
      <li className="c-row">
        <TitleField
          title={conversation.title}
          onDone={(next) => {
            setRenaming(false);
            if (next && next !== conversation.title) rename(conversation, next);
          }}
        />
      </li>
    );
  }

  const open = (event) => {
    // A new tab or window is the browser's business.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(conversation.id);
  };
  const keys = (event) => {
    if (event.key === "F2") setRenaming(true);
    else if (event.key === "Delete") onDelete(conversation);
    else return;
    event.preventDefault();
  };

  return (
    <li className={`c-row${current ? " c-row--current" : ""}`}>
      <a
        className="c-row__link"
        href={`/c/${conversation.id}`}
        aria-current={current ? "page" : undefined}
        title={title}
        onClick={open}
        onKeyDown={keys}
      >
        {conversation.live && (
          <>
            <span className="c-spinner" aria-hidden="true" />
            <span className="c-hidden">{t("ui.history.live")}</span>
          </>
        )}
        <span className="c-row__title">{title}</span>
        {pinned && <Pin size={12} aria-hidden="true" className="c-row__pin" />}
      </a>
      <Menu
        className="c-row__menu"
        label={t("ui.history.actions", { title })}
        icon={Ellipsis}
        items={[
          {
            label: t(pinned ? "ui.history.unpin" : "ui.history.pin"),
            icon: pinned ? PinOff : Pin,
            onSelect: () => pin(conversation, !pinned),
          },
          { label: t("ui.history.rename"), icon: Pencil, onSelect: () => setRenaming(true) },
          ...exportItems(t, conversation.id),
          {
            label: t("ui.history.delete"),
            icon: Trash2,
            danger: true,
            onSelect: () => onDelete(conversation),
          },
        ]}
      />
    </li>
  );
}

export default memo(ConversationRow);
