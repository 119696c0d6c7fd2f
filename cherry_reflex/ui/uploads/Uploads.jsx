// Above the composer: the files on their way, the data of the conversation, and the panel when one
// wants to add more.
import { ChevronDown, Database, Plus } from "lucide-react";
import { useState } from "react";
import { useAnswering } from "../chat/answering.js";
import { useSignal } from "../live/signals.js";
import { current } from "../live/store.js";
import { useT } from "../live/strings.js";
import FileChip from "./FileChip.jsx";
import { filesHere } from "./files.js";
import HowRead from "./HowRead.jsx";
import UploadPanel from "./UploadPanel.jsx";

export default function Uploads() {
  const t = useT();
  useSignal("uploads");
  useSignal("conversation");
  const shown = current();
  const [chosen, setChosen] = useState({ id: "", open: false });
  const files = filesHere().filter(({ state }) => state !== "done");
  const failed = files.filter(({ state }) => state === "failed");
  const coming = files.filter(({ state }) => state !== "failed");
  const datasets = shown.uploads.map(({ dataset }) => dataset);
  const isStart = shown.runs.size === 0 && datasets.length === 0 && !shown.pending;
  const asked = useAnswering();
  // Opens by itself while there is no data, folds when there is, and while an answer is wanted; by
  // hand it is as one wants.
  const isWanted = datasets.length === 0 && files.length === 0 && !asked;
  const open = chosen.id === shown.id ? chosen.open : isWanted;
  const isPanelHere = open && !isStart && shown.phase === "ready";
  if (files.length === 0 && datasets.length === 0 && !isPanelHere) return null;
  return (
    <div className="c-uploads">
      {isPanelHere && <UploadPanel brief={shown.runs.size > 0 && datasets.length === 0} />}
      <ul className="c-uploads__chips" aria-label={t("ui.data_here")}>
        {/* What failed comes first: on a phone the row is longer than the screen. */}
        {failed.map((upload) => (
          <FileChip key={upload.key} upload={upload} />
        ))}
        {datasets.map((dataset) => (
          <li key={dataset.id} className="c-attachment" title={dataset.source || dataset.name}>
            <Database size={14} aria-hidden="true" />
            <span className="c-attachment__name">{dataset.name}</span>
            <span className="c-attachment__size">
              {t("ui.shape", {
                rows: dataset.rows,
                columns: dataset.column_count ?? dataset.columns?.length ?? 0,
              })}
            </span>
            <HowRead dataset={dataset} place="chip" />
          </li>
        ))}
        {coming.map((upload) => (
          <FileChip key={upload.key} upload={upload} />
        ))}
        {!isStart && (
          <li>
            <button
              type="button"
              className="c-attachment c-attachment--button"
              aria-expanded={isPanelHere}
              onClick={() => setChosen({ id: shown.id, open: !isPanelHere })}
            >
              {isPanelHere ? (
                <ChevronDown size={14} aria-hidden="true" />
              ) : (
                <Plus size={14} aria-hidden="true" />
              )}
              {t(isPanelHere ? "ui.fold" : "ui.add_data")}
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}
