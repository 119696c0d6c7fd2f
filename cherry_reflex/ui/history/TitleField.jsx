// A conversation's title while it is renamed: Enter keeps, Esc gives up.

import { useEffect, useRef } from "react";

import { useT } from "../live/strings.js";

const TITLE_CHARS = 200;

/** `onDone(title)` is called once; with "" when given up. */
export default function TitleField({ title, onDone }) {
  const t = useT();
  const field = useRef(null);
  const over = useRef(false);

  useEffect(() => {
    // After a menu has closed, which gives the focus back to its button.
    const frame = requestAnimationFrame(() => field.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);

  const done = (value) => {
    if (over.current) return;
    over.current = true;
    onDone(value);
  };
  const keys = (event) => {
    // Enter that ends a Korean syllable is not meant for us.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") done(field.current.value.trim());
    else if (event.key === "Escape") done("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <input
      ref={field}
      className="c-row__field"
      defaultValue={title}
      maxLength={TITLE_CHARS}
      aria-label={t("ui.history.title")}
      onKeyDown={keys}
      onBlur={() => field.current && done(field.current.value.trim())}
    />
  );
}
