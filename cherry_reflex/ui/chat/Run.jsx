// A question and its answer: plan, lanes, artifacts, summary, actions.
import { memo } from "react";
import { retry } from "../live/ask.js";
import { useSignal } from "../live/signals.js";
import { runView } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import { isLive, PLAN_STEP, SUMMARY_STEP } from "../live/view.js";
import Readings from "../readings/Readings.jsx";
import Actions from "./Actions.jsx";
import Artifacts from "./Artifacts.jsx";
import Attempt from "./Attempt.jsx";
import Lane from "./Lane.jsx";
import Ledger from "./Ledger.jsx";
import Plan from "./Plan.jsx";
import Problem from "./Problem.jsx";
import Question from "./Question.jsx";
import Summary from "./Summary.jsx";

function Run({ runId }) {
  const t = useT();
  useSignal(`run:${runId}`);
  const view = runView(runId);
  if (!view) return null;
  const live = isLive(view);
  const workers = view.lanes.filter(({ step }) => step !== PLAN_STEP && step !== SUMMARY_STEP);
  const isSummed = view.lanes.some(({ step }) => step === SUMMARY_STEP);
  const isFinal = !live && !isSummed && view.worker !== "" && view.state === "finished";
  return (
    <article className="c-run" data-state={view.state} aria-busy={live}>
      <Question text={view.question} />
      <div className="c-answer">
        <Plan view={view} live={live} />
        {workers.length > 0 && (
          <div className="c-lanes">
            {workers.map((lane) => (
              <Lane key={lane.step} runId={runId} step={lane.step} isFinal={isFinal} />
            ))}
          </div>
        )}
        <Readings view={view} lanes={workers} />
        <Artifacts view={view} lanes={workers} />
        {isSummed && <Summary runId={runId} />}
        <Ending t={t} view={view} />
        {!live && <Actions view={view} />}
        {!live && <Ledger sent={view.sent ?? []} />}
      </div>
    </article>
  );
}

function Ending({ t, view }) {
  const again = (
    <Attempt act={() => retry(view.run_id)} className="c-button">
      {t("ui.retry")}
    </Attempt>
  );
  if (view.state === "failed" && view.failure) {
    return (
      <Problem text={failureText(t, view.failure)} detail={view.failure.detail}>
        {again}
      </Problem>
    );
  }
  if (view.state === "interrupted") return <Problem text={t("ui.interrupted")}>{again}</Problem>;
  if (view.state === "cancelled") return <p className="c-run__note">{t("ui.cancelled")}</p>;
  return null;
}

export default memo(Run);
