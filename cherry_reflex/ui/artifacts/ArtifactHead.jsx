// Title, size and actions of an artifact.

import {
  BrainCircuit,
  ChartColumn,
  Database,
  FileText,
  Maximize2,
  Paperclip,
  Plus,
  Table2,
} from "lucide-react";

import { useT } from "../live/strings.js";
import CopyTable from "./CopyTable.jsx";
import Download from "./Download.jsx";
import { pathOf } from "./path.js";
import { sizeText } from "./size.js";

export const ICONS = {
  table: Table2,
  dataset: Database,
  chart: ChartColumn,
  model: BrainCircuit,
  text: FileText,
  file: Paperclip,
};
const WIDE = new Set(["table", "dataset", "chart", "text"]);

/** Its size in words: rows and columns, or bytes. */
export function facts(t, artifact) {
  const { rows, columns } = artifact.meta;
  if (rows !== undefined && columns !== undefined) {
    const count = Array.isArray(columns) ? columns.length : columns;
    return t("ui.artifact.shape", { rows, columns: count });
  }
  if (artifact.kind === "file" || artifact.kind === "model") {
    return sizeText(artifact.size_bytes, t.language);
  }
  return "";
}

/** `slot` is called with an element into which the body puts actions of its own. */
export default function ArtifactHead({ id, artifact, slot, onOpen, onUse }) {
  const t = useT();
  const Icon = ICONS[artifact.kind] ?? Paperclip;
  const tabular = artifact.kind === "table" || artifact.kind === "dataset";
  return (
    <div className="c-artifact__head">
      <Icon size={16} aria-hidden="true" className="c-artifact__icon" />
      <div className="c-artifact__title">
        <span id={id} className="c-artifact__name" title={artifact.title}>
          {artifact.title}
        </span>
        <span className="c-artifact__facts">{facts(t, artifact)}</span>
      </div>
      <div className="c-artifact__actions">
        <span ref={slot} className="c-artifact__slot" />
        {artifact.kind === "dataset" && onUse && (
          <button
            type="button"
            className="c-button c-button--quiet"
            onClick={() => onUse(artifact)}
          >
            <Plus size={15} aria-hidden="true" />
            {t("ui.artifact.use")}
          </button>
        )}
        {tabular && <CopyTable path={pathOf(artifact)} rows={artifact.meta.rows} />}
        {artifact.kind !== "chart" && <Download artifact={artifact} />}
        {onOpen && WIDE.has(artifact.kind) && (
          <button
            type="button"
            className="c-icon-button"
            aria-label={t("ui.artifact.open", { title: artifact.title })}
            title={t("ui.artifact.open_wide")}
            onClick={() => onOpen(artifact)}
          >
            <Maximize2 size={15} aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
  );
}
