// In which encoding a text file was read; choosing another reads it again, and the result takes the
// place of what is there.
import { useState } from "react";
import { api } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";

export const ENCODINGS = ["utf-8", "cp949", "utf-16", "latin-1"];
const KNOWN_AS = { "iso8859-1": "latin-1", euc_kr: "cp949" };

/** UTF-8 and UTF-16 are certain when they were found; others are the best guess, which a person may
 *  have to correct, and so may be what a person chose. */
export function isDoubtful({ upload, encoding, replaces }) {
  return upload && encoding && (replaces || !encoding.startsWith("utf"));
}

export default function Encoding({ dataset }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  const now = KNOWN_AS[dataset.encoding] ?? dataset.encoding;
  if (!isDoubtful(dataset)) return <span>{dataset.encoding}</span>;
  const choose = async (encoding) => {
    setBusy(true);
    setFailure(null);
    try {
      await api(`/api/datasets/${dataset.id}/read-again`, { json: { encoding } });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <select
        className="c-encoding"
        aria-label={t("ui.encoding_of", { name: dataset.name })}
        value={now}
        disabled={busy}
        onChange={(event) => choose(event.target.value)}
      >
        {[...new Set([now, ...ENCODINGS])].map((encoding) => (
          <option key={encoding}>{encoding}</option>
        ))}
      </select>
      {busy && (
        <span role="status">
          <span className="c-spinner" aria-hidden="true" /> {t("ui.read_again")}
        </span>
      )}
      {failure && (
        <span role="alert" className="c-attempt__failure">
          {failureText(t, failure)}
        </span>
      )}
    </>
  );
}
