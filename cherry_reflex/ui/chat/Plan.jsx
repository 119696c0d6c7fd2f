// The plan: who does what, after whom, and how far it is. Before it is made, that it is being made.
import { useSignal } from "../live/signals.js";
import { useT } from "../live/strings.js";
import { PLAN_STEP } from "../live/view.js";
import Badge from "./Badge.jsx";
import Elapsed from "./Elapsed.jsx";
import Given from "./Given.jsx";
import Inquiry from "./Inquiry.jsx";
import Markdown from "./Markdown.jsx";
import Problem from "./Problem.jsx";
import Status from "./Status.jsx";
import { failureText } from "../live/strings.js";
import { workerTitle } from "./worker.js";

export default function Plan({ view, live }) {
  const t = useT();
  useSignal(`lane:${view.run_id}/${PLAN_STEP}`);
  const lane = view.lanes.find(({ step }) => step === PLAN_STEP);
  const isPlanning = live && view.state === "planning";
  if (!lane && !view.plan && !isPlanning) return null;
  // Asked of one worker directly: there was nothing to plan.
  if (!lane && view.worker && view.plan) return null;
  const words = view.plan ? "" : textOf(lane);
  // Words alone are the answer itself; the summary shows them.
  if (!view.plan && !isPlanning && !lane?.failure) return null;
  return (
    <section className={`c-plan${isPlanning ? " streaming-message" : ""}`}>
      <header className="c-plan__head">
        <Badge worker={lane?.worker ?? "a2a:orchestrator"} />
        <Status
          state={lane?.state ?? "running"}
          text={statusOf(t, view, lane, isPlanning, live)}
        />
        <Elapsed from={lane?.started_at ?? view.started_at} to={lane?.ended_at} />
      </header>
      {words && <Markdown text={words} live={isPlanning} />}
      {isPlanning && !words && lane?.state !== "input" && <PlanSkeleton />}
      {lane?.state === "input" && <Inquiry runId={view.run_id} lane={lane} />}
      {answersOf(lane).map((answer) => (
        <Given key={answer} text={answer} />
      ))}
      {view.plan && <Steps view={view} t={t} />}
      {lane?.failure && (
        <Problem text={failureText(t, lane.failure)} detail={lane.failure.detail} />
      )}
    </section>
  );
}

function statusOf(t, view, lane, isPlanning, live) {
  // That it waits for an answer is said in the words for that.
  if (lane?.state === "input") return "";
  if (isPlanning) return lane?.status || t("ui.planning");
  // A plan that is looked at again, now that its steps have run, says so.
  if (view.plan && live && lane?.state === "running") return lane.status || t("ui.planning");
  return view.plan ? t("ui.plan") : "";
}

function Steps({ view, t }) {
  const names = new Map(view.plan.steps.map((step) => [step.id, workerTitle(t, step.worker)]));
  return (
    <>
      {view.plan.note && <p className="c-plan__note">{view.plan.note}</p>}
      <ol className="c-plan__steps">
        {view.plan.steps.map((step) => (
          <li key={step.id} className="c-plan__step">
            <PlanState runId={view.run_id} view={view} step={step.id} />
            <span className="c-plan__worker">{names.get(step.id)}</span>
            <span className="c-plan__request">
              {step.request === view.question ? step.reason || step.request : step.request}
              {step.reason && step.request !== view.question && step.reason !== step.request && (
                <span className="c-plan__reason">{t("ui.why", { reason: step.reason })}</span>
              )}
              {step.after.length > 0 && (
                <span className="c-plan__after">
                  {t("ui.after", { names: step.after.map((id) => names.get(id)).join(", ") })}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function PlanState({ runId, view, step }) {
  useSignal(`lane:${runId}/${step}`);
  const lane = view.lanes.find((one) => one.step === step);
  return <Status state={lane?.state ?? "waiting"} quiet />;
}

function PlanSkeleton() {
  return (
    <div className="c-skeleton c-skeleton--plan" aria-hidden="true">
      <span style={{ width: "70%" }} />
      <span style={{ width: "55%" }} />
    </div>
  );
}

function answersOf(lane) {
  return (lane?.items ?? []).flatMap(({ kind, text }) => (kind === "answer" ? [text] : []));
}

function textOf(lane) {
  return (lane?.items ?? []).map((item) => (item.kind === "text" ? item.text : "")).join("");
}
