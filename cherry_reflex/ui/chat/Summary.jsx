// The answer in words, as it streams; `.message-final` when it is complete.
import { memo } from "react";
import { useSignal } from "../live/signals.js";
import { runView } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import { SUMMARY_STEP } from "../live/view.js";
import Badge from "./Badge.jsx";
import Elapsed from "./Elapsed.jsx";
import Markdown from "./Markdown.jsx";
import Problem from "./Problem.jsx";
import Status from "./Status.jsx";

function Summary({ runId }) {
  const t = useT();
  useSignal(`summary:${runId}`);
  const view = runView(runId);
  const lane = view?.lanes.find((one) => one.step === SUMMARY_STEP);
  if (!lane) return null;
  const live = lane.state === "running";
  return (
    <section
      className={`c-summary ${live ? "streaming-message" : "message-final"}`}
      data-state={lane.state}
      aria-label={t("ui.summary")}
    >
      {live && (
        <header className="c-summary__head">
          <Badge worker={lane.worker} />
          <Status state="running" text={lane.status || t("ui.summarising")} />
          <Elapsed from={lane.started_at} to={lane.ended_at} />
        </header>
      )}
      {view.summary && <Markdown text={view.summary} live={live} />}
      {lane.failure && (
        <Problem text={failureText(t, lane.failure)} detail={lane.failure.detail} />
      )}
    </section>
  );
}

export default memo(Summary);
