// A file on its way: name, progress, cancel; and when it could not be read, why.
import { RotateCcw, TriangleAlert, X } from "lucide-react";
import { failureText, useT } from "../live/strings.js";
import { useSignal } from "../live/signals.js";
import { bytes } from "../live/slots.js";
import { again, remove } from "./files.js";

const ENCODINGS = ["utf-8", "cp949", "utf-16", "latin-1", "shift_jis", "gb18030"];

export default function FileChip({ upload }) {
  const t = useT();
  useSignal("uploads");
  const { state, name } = upload;
  const isFailed = state === "failed";
  return (
    <li className={`c-attachment c-attachment--file${isFailed ? " c-attachment--failed" : ""}`}>
      {isFailed ? (
        <TriangleAlert size={14} aria-hidden="true" />
      ) : (
        <span className="c-spinner" aria-hidden="true" />
      )}
      <span className="c-attachment__name">{name}</span>
      <span className="c-attachment__size">{sizeOf(t, upload)}</span>
      {state === "sending" && (
        <progress max={1} value={upload.sent} aria-label={t("ui.uploading", { name })} />
      )}
      {isFailed && (
        <span role="alert" className="c-attachment__failure">
          {failureText(t, upload.failure)}
        </span>
      )}
      {isFailed && isAboutEncoding(upload) && <Encodings upload={upload} t={t} />}
      {isFailed && upload.failure.code === "csv_ragged" && (
        <button
          type="button"
          className="c-attachment__without"
          onClick={() => again(upload, { skip_ragged: true })}
        >
          {t("ui.parse.without_rows")}
        </button>
      )}
      {isFailed && (
        <button
          type="button"
          className="c-attachment__button"
          aria-label={t("ui.upload_again", { name })}
          title={t("ui.try_again")}
          onClick={() => again(upload)}
        >
          <RotateCcw size={14} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className="c-attachment__button"
        aria-label={t(isFailed ? "ui.upload_remove" : "ui.upload_cancel", { name })}
        title={t(isFailed ? "ui.upload_remove" : "ui.upload_cancel", { name })}
        onClick={() => remove(upload)}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  );
}

function Encodings({ upload, t }) {
  return (
    <select
      className="c-attachment__encoding"
      aria-label={t("ui.encoding")}
      value=""
      onChange={(event) => again(upload, { encoding: event.target.value })}
    >
      <option value="" disabled>
        {t("ui.encoding")}
      </option>
      {ENCODINGS.map((encoding) => (
        <option key={encoding}>{encoding}</option>
      ))}
    </select>
  );
}

function isAboutEncoding({ failure }) {
  return failure.code.includes("encoding");
}

function sizeOf(t, { state, sent, size }) {
  if (state === "sending") return `${Math.round(sent * 100)}%`;
  if (state === "reading") return t("ui.reading");
  return bytes(size);
}
