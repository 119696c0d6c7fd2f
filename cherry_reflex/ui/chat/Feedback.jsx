// Whether an answer was good: one click, kept by the server, taken back by another.
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { rate } from "../live/ask.js";
import { failureText, useT } from "../live/strings.js";

const SIGNS = { up: ThumbsUp, down: ThumbsDown };

export default function Feedback({ view }) {
  const t = useT();
  const [value, setValue] = useState(view.feedback ?? "");
  const [failure, setFailure] = useState(null);
  const choose = async (wanted) => {
    const before = value;
    const next = value === wanted ? "" : wanted;
    setValue(next);
    setFailure(null);
    try {
      await rate(view, next);
    } catch (error) {
      setValue(before);
      setFailure(error);
    }
  };
  return (
    <>
      {Object.entries(SIGNS).map(([name, Sign]) => (
        <button
          key={name}
          type="button"
          className="c-icon-button"
          aria-pressed={value === name}
          aria-label={t(`ui.feedback_${name}`)}
          title={t(`ui.feedback_${name}`)}
          onClick={() => choose(name)}
        >
          <Sign size={16} aria-hidden="true" fill={value === name ? "currentColor" : "none"} />
        </button>
      ))}
      {failure && (
        <span role="alert" className="c-attempt__failure">
          {failureText(t, failure)}
        </span>
      )}
    </>
  );
}
