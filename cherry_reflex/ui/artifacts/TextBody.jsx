// A text that a worker handed over: Markdown, or code by its media type.

import { useEffect, useRef, useState } from "react";

import Markdown from "../chat/Markdown.jsx";
import { failureText, useT } from "../live/strings.js";
import { Code } from "./CodeFold.jsx";
import { textOf } from "./content.js";
import { useNear } from "./near.js";

/** Media types that are shown as code, with the language of their colours. */
export const CODE = {
  "application/json": "json",
  "application/sql": "sql",
  "text/x-python": "python",
};

export default function TextBody({ artifact, wide = false }) {
  const t = useT();
  const box = useRef(null);
  const near = useNear(box, { once: true });
  const [text, setText] = useState(null);
  const [error, setError] = useState(null);

  useEffect(() => {
    if (!near) return undefined;
    const control = new AbortController();
    textOf(artifact.id, control.signal).then(setText, (failure) => {
      if (!control.signal.aborted) setError(failure);
    });
    return () => control.abort();
  }, [near, artifact.id]);

  const language = CODE[artifact.media_type];
  return (
    <div ref={box} className={`c-artifact__text${wide ? " c-artifact__text--wide" : ""}`}>
      {error && (
        <p role="alert" className="c-artifact__problem">
          {failureText(t, error)}
        </p>
      )}
      {text !== null &&
        (language ? <Code code={text} language={language} /> : <Markdown text={text} />)}
      {text === null && !error && <span className="c-artifact__wait" aria-hidden="true" />}
    </div>
  );
}
