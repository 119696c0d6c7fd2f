// How the question was understood: above the answer, whether or not the lane it comes from is open.
import "./readings.css";
import { memo, useRef } from "react";
import { useSignal } from "../live/signals.js";
import { runView } from "../live/store.js";
import Reading from "./Reading.jsx";

export default function Readings({ view, lanes }) {
  return lanes.map(({ step }) => <LaneReadings key={step} runId={view.run_id} step={step} />);
}

const LaneReadings = memo(function LaneReadings({ runId, step }) {
  useSignal(`lane:${runId}/${step}`);
  const lane = runView(runId)?.lanes.find((one) => one.step === step);
  const made = (lane?.items ?? []).flatMap(({ artifact }) =>
    artifact?.meta?.reading?.sentence ? [artifact] : [],
  );
  const isOver = !["waiting", "running", "input"].includes(lane?.state);
  // What is being done again stays in its place until the new one is there: nothing jumps.
  const former = useRef([]);
  const isFormer = made.length === 0 && !isOver && lane?.earlier.length > 0;
  const shown = isFormer ? former.current : made;
  if (!isFormer) former.current = made;
  return shown.map((artifact, place) => (
    <Reading
      key={place}
      runId={runId}
      lane={lane}
      artifact={artifact}
      isBusy={!isOver}
      isFormer={isFormer}
    />
  ));
});
