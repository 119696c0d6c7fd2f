// The one polite status region: start, lane changes, end; never tokens.
import { useEffect, useRef, useState } from "react";
import { useSignal } from "../live/signals.js";
import { current, liveRun } from "../live/store.js";
import { useT } from "../live/strings.js";
import { isLive, PLAN_STEP, SUMMARY_STEP } from "../live/view.js";
import { workerTitle } from "../chat/worker.js";

export default function Announcer() {
  const t = useT();
  useSignal("conversation");
  const [said, setSaid] = useState("");
  const { runs } = current();
  // An earlier question may be worked on again.
  const watched = useRef("");
  watched.current = liveRun()?.run_id ?? watched.current;
  const view = runs.get(watched.current) ?? [...runs.values()].at(-1);
  return (
    <>
      {view && <Watcher key={view.run_id} runId={view.run_id} t={t} say={setSaid} />}
      <div role="status" aria-live="polite" className="c-hidden">
        {said}
      </div>
    </>
  );
}

function Watcher({ runId, t, say }) {
  useSignal(`run:${runId}`);
  const view = current().runs.get(runId);
  const before = useRef(view ? snapshot(view) : null);
  useEffect(() => {
    if (!view) return;
    const now = snapshot(view);
    const words = changes(t, before.current, now);
    before.current = now;
    if (words) say(words);
  });
  return null;
}

function snapshot(view) {
  return {
    live: isLive(view),
    state: view.state,
    lanes: new Map(view.lanes.map((lane) => [lane.step, [lane.worker, lane.state]])),
  };
}

function changes(t, before, now) {
  if (before.state !== now.state && !now.live) return t(`ui.said_${now.state}`);
  if (before.state !== now.state && now.state === "summarizing") return t("ui.said_summarizing");
  const said = [];
  for (const [step, [worker, state]] of now.lanes) {
    if ((step === PLAN_STEP && state !== "input") || step === SUMMARY_STEP) continue;
    if (before.lanes.get(step)?.[1] !== state && state !== "waiting") {
      said.push(t("ui.said_lane", { name: workerTitle(t, worker), state: t(`ui.lane_${state}`) }));
    }
  }
  return said.join(" ");
}
