// The list that completes `@name`. The composer keeps the focus and moves `active`.
import { useEffect, useRef } from "react";
import { useT } from "../live/strings.js";
import Badge from "./Badge.jsx";

export default function Mentions({ id, found, active, onChoose }) {
  const t = useT();
  const list = useRef(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <ul
      className="c-mentions"
      id={id}
      role="listbox"
      aria-label={t("ui.mention")}
      ref={list}
      data-closes-on-escape=""
    >
      {found.map((one, index) => (
        <li
          key={one.name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="c-mentions__one"
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(one);
          }}
        >
          <Badge worker={one.worker} byName />
          <span className="c-mentions__about">
            {one.title && <b>{one.title}</b>} {one.description}
          </span>
        </li>
      ))}
    </ul>
  );
}
