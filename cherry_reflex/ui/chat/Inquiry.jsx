// A worker's question to the person: options to choose from, or words of one's own, which are
// written in the composer, or here while the composer is taken.
import { useState } from "react";
import { answer } from "../live/ask.js";
import { failureText, useT } from "../live/strings.js";
import OfferedReadings from "../readings/OfferedReadings.jsx";
import { useAnswering } from "./answering.js";

export default function Inquiry({ runId, lane }) {
  const t = useT();
  const asked = useAnswering();
  const isInComposer = asked?.isHere && asked.runId === runId && asked.lane.step === lane.step;
  const [reply, setReply] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  const send = async (text) => {
    if (!text.trim() || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await answer(runId, lane.step, text);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const hasReadings = lane.choices?.length > 0;
  return (
    <div className="c-inquiry">
      <p className="c-inquiry__prompt">{lane.prompt}</p>
      {hasReadings && <OfferedReadings {...{ runId, lane, busy, send }} />}
      {!hasReadings && lane.options.length > 0 && (
        <div className="c-inquiry__options">
          {lane.options.map((option) => (
            <button
              key={option}
              type="button"
              className="c-button"
              disabled={busy}
              onClick={() => send(option)}
            >
              {option}
            </button>
          ))}
        </div>
      )}
      {!isInComposer && (
        <form
          className="c-inquiry__own"
          onSubmit={(event) => {
            event.preventDefault();
            send(reply);
          }}
        >
          <input
            className="c-field"
            value={reply}
            aria-label={t("ui.your_answer")}
            placeholder={t("ui.your_answer")}
            onChange={(event) => setReply(event.target.value)}
          />
          <button
            type="submit"
            className="c-button c-button--primary"
            disabled={busy || !reply.trim()}
          >
            {t("ui.answer")}
          </button>
        </form>
      )}
      {failure && (
        <p role="alert" className="c-attempt__failure">
          {failureText(t, failure)}
        </p>
      )}
    </div>
  );
}
