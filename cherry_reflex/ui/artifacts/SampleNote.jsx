// Says that a result was computed from a sample.

import { Info } from "lucide-react";

import { useT } from "../live/strings.js";

/** `sample` is a sentence, [rows used, of how many], or an object {rows, of}. */
export default function SampleNote({ sample }) {
  const t = useT();
  if (!sample) return null;
  if (typeof sample === "string") return <Note>{sample}</Note>;
  const [rows, of] = Array.isArray(sample) ? sample : [sample.rows ?? sample.used, sample.of];
  if (rows === undefined) return null;
  return (
    <Note>
      {of === undefined
        ? t("ui.artifact.sampled", { rows })
        : t("ui.artifact.sample", { rows, of })}
    </Note>
  );
}

function Note({ children }) {
  return (
    <p className="c-artifact__note">
      <Info size={14} aria-hidden="true" />
      {children}
    </p>
  );
}
