// Tabs in the ARIA pattern: arrow keys move, the chosen one is in the Tab order.

import { useId, useRef } from "react";

/** `tabs` are `{name, label, icon, panel}`; `panel` is drawn when chosen. */
export default function Tabs({ label, tabs, chosen, onChoose }) {
  const id = useId();
  const list = useRef(null);
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.name === chosen),
  );

  const keys = (event) => {
    const back = event.key === "ArrowLeft" || event.key === "ArrowUp";
    const on = event.key === "ArrowRight" || event.key === "ArrowDown";
    let next = -1;
    if (back) next = (at + tabs.length - 1) % tabs.length;
    else if (on) next = (at + 1) % tabs.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = tabs.length - 1;
    if (next < 0) return;
    event.preventDefault();
    onChoose(tabs[next].name);
    list.current.children[next].focus();
  };

  return (
    <div className="c-tabs">
      <div ref={list} role="tablist" aria-label={label} className="c-tabs__list" onKeyDown={keys}>
        {tabs.map((tab, index) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            className="c-tabs__tab"
            onClick={() => onChoose(tab.name)}
          >
            <tab.icon size={16} aria-hidden="true" />
            {tab.label}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${tabs[at].name}`}
        tabIndex={0}
        className="c-tabs__panel"
      >
        {tabs[at].panel()}
      </div>
    </div>
  );
}
