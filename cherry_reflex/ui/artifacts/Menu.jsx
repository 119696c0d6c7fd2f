// A button that opens a short list of actions or links. The browser's popover keeps it above
// everything, closes it on Esc or a click elsewhere, and gives the focus back.

import { useId, useRef, useState } from "react";

import "./menu.css";

const GAP_PX = 4;

/** `items` are `{label, icon?, href?, download?, onSelect?, danger?}`. */
export default function Menu({ label, icon: Icon, items, className = "", size = 16 }) {
  const id = useId();
  const button = useRef(null);
  const list = useRef(null);
  const [open, setOpen] = useState(false);

  const place = () => {
    const at = button.current.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = list.current;
    const below = at.bottom + GAP_PX + height <= window.innerHeight - GAP_PX;
    const left = Math.min(at.right - width, window.innerWidth - width - GAP_PX);
    list.current.style.left = `${Math.max(GAP_PX, left)}px`;
    list.current.style.top = `${Math.max(GAP_PX, below ? at.bottom + GAP_PX : at.top - GAP_PX - height)}px`;
  };

  const toggled = (event) => {
    const now = event.newState === "open";
    setOpen(now);
    if (!now) return;
    place();
    list.current.querySelector("[role=menuitem]")?.focus();
  };

  const keys = (event) => {
    const all = [...list.current.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") list.current.hidePopover();
    // Closing a menu is all that Esc does here; on the page it stops a run.
    if (event.key === "Escape") event.stopPropagation();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[(to + all.length) % all.length].focus();
  };

  const select = (item) => {
    list.current.hidePopover();
    item.onSelect?.();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={`c-icon-button ${className}`}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
      >
        <Icon size={size} aria-hidden="true" />
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className="c-menu"
        data-closes-on-escape={open ? "" : undefined}
        onToggle={toggled}
        onKeyDown={keys}
      >
        {items.map((item) => {
          const inside = (
            <>
              {item.icon && <item.icon size={15} aria-hidden="true" />}
              {item.label}
            </>
          );
          const shared = {
            role: "menuitem",
            tabIndex: -1,
            className: `c-menu__item${item.danger ? " c-menu__item--danger" : ""}`,
            onClick: () => select(item),
          };
          return item.href ? (
            <a key={item.label} href={item.href} download={item.download ?? ""} {...shared}>
              {inside}
            </a>
          ) : (
            <button key={item.label} type="button" {...shared}>
              {inside}
            </button>
          );
        })}
      </div>
    </>
  );
}
