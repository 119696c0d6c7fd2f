// One artifact in a lane: a card by its kind.

import { memo, useId, useState } from "react";

import "./artifacts.css";
import ArtifactHead from "./ArtifactHead.jsx";
import Chart from "./Chart.jsx";
import Chosen from "./Chosen.jsx";
import CodeFold from "./CodeFold.jsx";
import FileBody from "./FileBody.jsx";
import ModelBody from "./ModelBody.jsx";
import SampleNote from "./SampleNote.jsx";
import TableBody from "./TableBody.jsx";
import TextBody from "./TextBody.jsx";

const BODIES = {
  table: TableBody,
  dataset: TableBody,
  chart: Chart,
  model: ModelBody,
  text: TextBody,
  file: FileBody,
};

/** `onOpen(artifact)` opens it wide, `onUse(artifact)` asks the next question of a dataset;
 * `onRedo(artifact, role, value)` makes it again with another choice;
 * `siblings` are the artifacts beside it (a chart finds its table there). */
function Artifact({ artifact, siblings, onOpen, onUse, onRedo }) {
  const id = useId();
  const Body = BODIES[artifact.kind] ?? FileBody;
  const [slot, setSlot] = useState(null);
  const { code, language, description } = artifact.meta;
  const argument = onRedo && codeArgument(artifact);
  const run = argument ? (value) => onRedo(artifact, { argument, value }) : undefined;
  return (
    <div role="group" className={`c-artifact c-artifact--${artifact.kind}`} aria-labelledby={id}>
      <ArtifactHead id={id} artifact={artifact} slot={setSlot} onOpen={onOpen} onUse={onUse} />
      <Chosen artifact={artifact} onRedo={onRedo} />
      {description && artifact.kind !== "chart" && (
        <p className="c-artifact__note">{description}</p>
      )}
      <Body artifact={artifact} siblings={siblings} slot={slot} onOpen={onOpen} />
      <SampleNote sample={artifact.meta.sample} />
      {code && <CodeFold code={code} language={language} onRun={run} />}
    </div>
  );
}

/** The argument that is the artifact's code, where it can be run again. */
function codeArgument({ meta: { redo } }) {
  return Object.entries(redo?.slots ?? {}).find(([, slot]) => slot.code)?.[0];
}

export default memo(Artifact);
