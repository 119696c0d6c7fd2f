// One worker's part: who, how far, how long; its words, calls and questions when open.
import { ChevronRight, RotateCcw, Square } from "lucide-react";
import { memo, useContext, useEffect, useId, useState } from "react";
import { retry, stop } from "../live/ask.js";
import { useSignal } from "../live/signals.js";
import { runView } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import Attempt from "./Attempt.jsx";
import Badge from "./Badge.jsx";
import Elapsed from "./Elapsed.jsx";
import Inquiry from "./Inquiry.jsx";
import LaneItems from "./LaneItems.jsx";
import Problem from "./Problem.jsx";
import Status from "./Status.jsx";
import { StickContext } from "./stick.js";
import { workerTitle } from "./worker.js";

/** `isFinal`: this lane alone was asked, and its words are the whole answer. */
function Lane({ runId, step, isFinal }) {
  const t = useT();
  useSignal(`lane:${runId}/${step}`);
  const release = useContext(StickContext);
  const [chosen, setChosen] = useState(null);
  const id = useId();
  const view = runView(runId);
  const lane = view?.lanes.find((one) => one.step === step);
  const needsEyes = lane?.state === "failed" || lane?.state === "input";
  // A lane that begins to fail or to ask opens by itself, also when it was folded by hand.
  useEffect(() => {
    if (needsEyes) setChosen(null);
  }, [needsEyes]);
  if (!lane) return null;
  const isRunning = lane.state === "running" || lane.state === "input";
  // The question itself stands above already.
  const request = lane.request === view.question ? "" : lane.request;
  const hasBody = lane.items.length > 0 || lane.failure || lane.prompt || request;
  // A lane that is done stays open: folding it by ourselves would move what is being read.
  const open = chosen ?? lane.state !== "waiting";
  const toggle = () => {
    release();
    setChosen(!open);
  };
  return (
    <section
      className={`c-lane${isRunning ? " streaming-message" : isFinal ? " message-final" : ""}`}
      data-state={lane.state}
      data-step={step}
      aria-label={workerTitle(t, lane.worker)}
    >
      <div className="c-lane__head">
        <button
          type="button"
          className="c-lane__toggle"
          aria-expanded={open}
          aria-controls={id}
          onClick={toggle}
          disabled={!hasBody}
        >
          <ChevronRight size={16} aria-hidden="true" className="c-lane__chevron" />
          <Badge worker={lane.worker} />
          <Status state={lane.state} text={statusOf(t, lane)} />
          <Elapsed from={lane.started_at} to={lane.ended_at} />
        </button>
        {isRunning && (
          <Attempt
            act={() => stop(runId, step)}
            className="c-icon-button c-lane__stop"
            aria-label={t("ui.stop_lane", { name: workerTitle(t, lane.worker) })}
            title={t("ui.stop")}
          >
            <Square size={12} aria-hidden="true" fill="currentColor" />
          </Attempt>
        )}
        {lane.state === "cancelled" && !lane.skipped && (
          <Attempt
            act={() => retry(runId, step)}
            className="c-icon-button c-lane__stop"
            aria-label={t("ui.retry_lane", { name: workerTitle(t, lane.worker) })}
            title={t("ui.retry")}
          >
            <RotateCcw size={14} aria-hidden="true" />
          </Attempt>
        )}
      </div>
      <div id={id} hidden={!open} className="c-lane__body">
        {open && (
          <>
            {request && <p className="c-lane__request">{request}</p>}
            <LaneItems lane={lane} live={isRunning} />
            {lane.state === "input" && <Inquiry runId={runId} lane={lane} />}
            {lane.failure && (
              <Problem text={failureText(t, lane.failure, workerTitle(t, lane.worker))} detail={lane.failure.detail}>
                <Attempt act={() => retry(runId, step)} className="c-button">
                  <RotateCcw size={14} aria-hidden="true" />
                  {t("ui.retry")}
                </Attempt>
              </Problem>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function statusOf(t, lane) {
  if (lane.skipped) return t("ui.lane_skipped");
  // What it does now, while it does it; how it ended, after that.
  return lane.state === "running" ? lane.status : "";
}

export default memo(Lane);
