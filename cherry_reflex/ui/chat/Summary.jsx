// The answer in words, as it streams; `.message-final` when it is complete.
import { memo, useMemo } from "react";
import { useSignal } from "../live/signals.js";
import { runView } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import { isLive, SUMMARY_STEP } from "../live/view.js";
import Badge from "./Badge.jsx";
import Contradictions from "./Contradictions.jsx";
import Elapsed from "./Elapsed.jsx";
import { EvidenceContext } from "./Figure.jsx";
import Markdown from "./Markdown.jsx";
import Problem from "./Problem.jsx";
import Status from "./Status.jsx";

function Summary({ runId }) {
  const t = useT();
  useSignal(`summary:${runId}`);
  useSignal(`run:${runId}`);
  const view = runView(runId);
  const lane = view?.lanes.find((one) => one.step === SUMMARY_STEP);
  const evidence = view?.evidence ?? null;
  const known = useMemo(() => (evidence ? { view, evidence } : null), [view, evidence]);
  if (!lane) return null;
  const live = lane.state === "running";
  const older = !live && isOlder(view, lane);
  return (
    <section
      className={`c-summary ${live ? "streaming-message" : "message-final"}`}
      data-state={lane.state}
      data-older={older || undefined}
      aria-label={t("ui.summary")}
    >
      {live && (
        <header className="c-summary__head">
          <Badge worker={lane.worker} />
          <Status state="running" text={lane.status || t("ui.summarising")} />
          <Elapsed from={lane.started_at} to={lane.ended_at} />
        </header>
      )}
      {older && (
        <p className="c-run__note">
          {t(isLive(view) ? "ui.summary_again" : "ui.summary_older")}
        </p>
      )}
      <EvidenceContext.Provider value={known}>
        {view.summary && (
          <Markdown text={view.summary} live={live} evidence={live ? null : evidence} />
        )}
      </EvidenceContext.Provider>
      {evidence && !live && <Contradictions view={view} evidence={evidence} />}
      {lane.failure && (
        <Problem text={failureText(t, lane.failure)} detail={lane.failure.detail} />
      )}
    </section>
  );
}

/** Whether a step was begun again after it was written. */
function isOlder(view, { state, ended_at: written }) {
  if (isLive(view) && state === "cancelled") return true;
  const steps = new Set(view.plan?.steps.map(({ id }) => id));
  return view.lanes.some(
    (lane) => steps.has(lane.step) && lane.started_at !== null && lane.started_at > written,
  );
}

export default memo(Summary);
