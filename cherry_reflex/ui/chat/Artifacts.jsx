// Tables, charts and files of a run, the moment they exist, each under who made it.
import { lazy, memo, Suspense, useCallback, useMemo } from "react";
import { useSignal } from "../live/signals.js";
import Boundary from "../shell/Boundary.jsx";
import { useOpen } from "../shell/opening.js";
import { runView } from "../live/store.js";
import { mention } from "./draft.js";
import { workerName } from "./worker.js";

const Artifact = lazy(() => import("../artifacts/Artifact.jsx"));

export default function Artifacts({ view, lanes }) {
  return lanes.map((lane) => (
    <LaneArtifacts key={lane.step} runId={view.run_id} step={lane.step} />
  ));
}

const LaneArtifacts = memo(function LaneArtifacts({ runId, step }) {
  useSignal(`lane:${runId}/${step}`);
  const opening = useOpen();
  const lane = runView(runId)?.lanes.find((one) => one.step === step);
  const ids = (lane?.items ?? []).map(({ artifact }) => artifact?.id ?? "").join(" ");
  // The same list as before while nothing was added: the cards are not rendered again then.
  const made = useMemo(
    () => (lane?.items ?? []).flatMap(({ artifact }) => (artifact ? [artifact] : [])),
    [ids], // eslint-disable-line react-hooks/exhaustive-deps
  );
  const open = useCallback((artifact) => opening.artifact(artifact, made), [opening, made]);
  if (made.length === 0) return null;
  return (
    <div className="c-artifacts" data-worker={workerName(lane.worker)}>
      {made.map((artifact) => (
        <Boundary key={artifact.id}>
          <Suspense fallback={<div className="c-artifacts__wait" aria-hidden="true" />}>
            <Artifact artifact={artifact} siblings={made} onOpen={open} onUse={mention} />
          </Suspense>
        </Boundary>
      ))}
    </div>
  );
});
