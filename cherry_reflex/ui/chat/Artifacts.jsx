// Tables, charts and files of a run, the moment they exist, in the order of the lanes. Narrow ones
// stand two in a row where there is room; what was made twice is drawn once, and the table of a
// chart is behind the chart's own table button.
import { lazy, memo, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import { useSignal } from "../live/signals.js";
import Boundary from "../shell/Boundary.jsx";
import { useOpen } from "../shell/opening.js";
import { runView } from "../live/store.js";
import { useT } from "../live/strings.js";
import { drawn, isNarrow } from "./artifactPlaces.js";
import { mention } from "./draft.js";
import { redo, returnFocus } from "./redo.js";
import { workerName } from "./worker.js";

const Artifact = lazy(() => import("../artifacts/Artifact.jsx"));

export default function Artifacts({ view, lanes }) {
  return (
    <div className="c-artifacts">
      {lanes.map((lane) => (
        <LaneArtifacts key={lane.step} runId={view.run_id} step={lane.step} />
      ))}
    </div>
  );
}

const LaneArtifacts = memo(function LaneArtifacts({ runId, step }) {
  useSignal(`lane:${runId}/${step}`);
  const t = useT();
  const opening = useOpen();
  const view = runView(runId);
  const lane = view?.lanes.find((one) => one.step === step);
  const ids = (lane?.items ?? []).map(({ artifact }) => artifact?.id ?? "").join(" ");
  // The same lists as before while nothing was added: the cards are not rendered again then.
  const [made, shown] = useMemo(() => (lane ? drawn(view, lane) : [[], []]), [view, ids]); // eslint-disable-line react-hooks/exhaustive-deps
  const isOver = !["waiting", "running", "input"].includes(lane?.state);
  // What is being made again stays in its place until the new one is there: nothing jumps.
  const former = useRef([]);
  const isFormer = shown.length === 0 && !isOver && lane?.earlier.length > 0;
  const cards = isFormer ? former.current : shown;
  if (!isFormer) former.current = shown;
  const again = useCallback((artifact, change) => redo(t, runId, lane, artifact, change), [t, runId, lane]);
  // What is open wide is followed by what was made in its place.
  const complete = useRef([]);
  useEffect(() => {
    if (!isOver || made.length === 0) return;
    opening.follow(complete.current, made);
    complete.current = made;
  }, [isOver, made, opening]);
  const box = useRef(null);
  useEffect(() => {
    if (isOver) returnFocus(box.current, runId, step);
  }, [isOver, runId, step]);
  const open = useCallback((artifact) => opening.artifact(artifact, made), [opening, made]);
  if (cards.length === 0) return null;
  return (
    <div ref={box} className="c-artifacts__lane" data-worker={workerName(lane.worker)}>
      {cards.map((artifact) => (
        <div
          key={artifact.id}
          className="c-artifacts__one"
          data-artifact={artifact.id}
          data-width={isNarrow(artifact) ? "half" : "full"}
          data-former={isFormer || undefined}
          aria-busy={isFormer}
        >
          <Boundary>
            <Suspense fallback={<div className="c-artifacts__wait" aria-hidden="true" />}>
              <Artifact
                artifact={artifact}
                siblings={made}
                onOpen={open}
                onUse={mention}
                onRedo={isOver ? again : undefined}
              />
            </Suspense>
          </Boundary>
        </div>
      ))}
    </div>
  );
});
