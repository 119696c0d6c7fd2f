// A trained model: what is known of it, as pairs.

import { shown } from "./cells.js";
import { useT } from "../live/strings.js";

const ELSEWHERE = new Set([
  "code",
  "language",
  "description",
  "chosen",
  "redo",
  "data",
  "sample",
  "columns",
  "table",
  "card",
  "sha256",
]);

function pairs(meta) {
  const found = [];
  for (const [key, value] of Object.entries(meta)) {
    if (ELSEWHERE.has(key) || value === null) continue;
    if (typeof value !== "object") found.push([key, value]);
    else if (!Array.isArray(value)) found.push(...pairs(value));
  }
  return found;
}

export default function ModelBody({ artifact }) {
  const t = useT();
  const known = pairs(artifact.meta);
  if (!known.length) return null;
  return (
    <dl className="c-pairs">
      {known.map(([key, value]) => (
        <div key={key} className="c-pairs__pair">
          <dt>{t.has(`ui.role.${key}`) ? t(`ui.role.${key}`) : key.replaceAll("_", " ")}</dt>
          <dd>{shown(value, typeof value === "number" ? "number" : "text", t.language)}</dd>
        </div>
      ))}
    </dl>
  );
}
