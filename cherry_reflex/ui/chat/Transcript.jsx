// The conversation from top to bottom: uploads and runs in the order of time.
import "./chat.css";
import { ArrowDown } from "lucide-react";
import { useEffect } from "react";
import { useSignal } from "../live/signals.js";
import { current, open } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import Earlier from "./Earlier.jsx";
import Dataset from "../uploads/Dataset.jsx";
import Problem from "./Problem.jsx";
import Question from "./Question.jsx";
import Run from "./Run.jsx";
import Start from "./Start.jsx";
import { StickContext, useStick } from "./stick.js";

export default function Transcript() {
  const t = useT();
  useSignal("conversation");
  const shown = current();
  const isPending = Boolean(shown.pending) && !shown.runs.has(shown.pendingRun);
  const isReady = shown.phase !== "loading" && shown.phase !== "failed";
  const entries = isReady ? ordered(shown) : [];
  const isStart = isReady && entries.length === 0 && !isPending;
  const stick = useStick(shown.id, isStart);
  const { attach } = stick;
  // Who asks wants to see the answer.
  useEffect(() => {
    if (shown.pending) attach();
  }, [shown.pending, shown.pendingRun, attach]);
  return (
    <main className="c-transcript" ref={stick.scroller} tabIndex={-1}>
      <StickContext.Provider value={stick.release}>
        <div
          className="c-column c-transcript__log"
          role="log"
          aria-live="off"
          aria-label={t("ui.transcript")}
          ref={stick.content}
        >
          <Content shown={shown} entries={entries} isPending={isPending} isStart={isStart} t={t} />
        </div>
      </StickContext.Provider>
      {!stick.stuck && !isStart && (
        <button
          type="button"
          className="c-down"
          onClick={stick.attach}
          aria-label={t("ui.to_newest")}
          title={t("ui.to_newest")}
        >
          <ArrowDown size={18} aria-hidden="true" />
        </button>
      )}
    </main>
  );
}

function Content({ shown, entries, isPending, isStart, t }) {
  if (shown.phase === "loading") return <Skeleton label={t("ui.loading")} />;
  if (shown.phase === "failed") {
    return (
      <Problem text={failureText(t, shown.failure)}>
        <button type="button" className="c-button" onClick={() => open(shown.id)}>
          {t("ui.try_again")}
        </button>
      </Problem>
    );
  }
  if (isStart) return <Start />;
  return (
    <>
      {shown.more && <Earlier shown={shown} />}
      {entries.map(([kind, key, value]) =>
        kind === "run" ? (
          <Run key={key} runId={key} />
        ) : (
          <Dataset key={key} dataset={value} isNewest={value === shown.uploads.at(-1)?.dataset} />
        ),
      )}
      {isPending && (
        <article className="c-run">
          <Question text={shown.pending} />
          <p className="c-run__wait" role="presentation">
            <span className="c-spinner" /> {t("ui.analysing")}
          </p>
        </article>
      )}
      {shown.followFailure && <Problem text={failureText(t, shown.followFailure)} />}
    </>
  );
}

function Skeleton({ label }) {
  return (
    <div className="c-skeleton" aria-busy="true" aria-label={label} role="group">
      <span style={{ width: "40%", marginLeft: "auto" }} />
      <span style={{ width: "90%" }} />
      <span style={{ width: "75%" }} />
      <span style={{ width: "60%" }} />
    </div>
  );
}

/** What is there, by time: ["run", id, view] and ["dataset", id, dataset]. Datasets that a run
 *  made are shown in its lane. */
function ordered({ runs, uploads }) {
  const entries = [
    ...[...runs.values()].map((view) => [view.started_at ?? 0, "run", view.run_id, view]),
    ...uploads
      .filter(({ dataset }) => !dataset.parent)
      .map(({ at, dataset }) => [at, "dataset", dataset.id, dataset]),
  ];
  return entries.sort((a, b) => a[0] - b[0]).map((entry) => entry.slice(1));
}
