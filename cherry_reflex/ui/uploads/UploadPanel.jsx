// The panel of a conversation without data: choose or drop files, or try the sample data.
import { FileUp } from "lucide-react";
import { useEffect, useState } from "react";
import Attempt from "../chat/Attempt.jsx";
import { api } from "../live/api.js";
import { useT } from "../live/strings.js";
import { addSample } from "./files.js";
import { pick } from "./picker.js";

/** `brief` leaves the sample data out. */
export default function UploadPanel({ brief = false }) {
  const t = useT();
  const samples = useSamples();
  return (
    <section className="c-upload" aria-label={t("ui.upload")}>
      <button type="button" className="c-upload__drop" onClick={pick}>
        <FileUp size={24} aria-hidden="true" />
        <span className="c-upload__title">{t("ui.upload_title")}</span>
        <span className="c-upload__formats">{t("ui.upload_formats")}</span>
        <span className="c-button c-button--primary" aria-hidden="true">
          {t("ui.upload")}
        </span>
      </button>
      {!brief && samples.length > 0 && (
        <p className="c-upload__samples">
          <span>{t("ui.samples")}</span>
          {samples.map((sample) => (
            <Attempt key={sample.name} className="c-button" act={() => addSample(sample.name)}>
              {titleOf(sample, t.language)}
            </Attempt>
          ))}
        </p>
      )}
    </section>
  );
}

/** The same as long as the page lives, so they are asked for once. */
let known = [];

function useSamples() {
  const [samples, setSamples] = useState(known);
  useEffect(() => {
    if (known.length > 0) return undefined;
    const control = new AbortController();
    api("/api/samples", { signal: control.signal }).then(
      (offered) => {
        known = offered;
        setSamples(offered);
      },
      () => {
        // No sample data is offered then; uploading still works.
      },
    );
    return () => control.abort();
  }, []);
  return samples;
}

function titleOf({ name, title }, language) {
  if (title && typeof title === "object") return title[language] ?? title.en;
  return title ?? name;
}
