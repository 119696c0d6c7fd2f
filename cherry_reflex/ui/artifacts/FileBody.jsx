// A file: pictures and code are shown, everything else is offered for download. SVG can carry scripts, and
// the server hands it out as a download only.

import { apiUrl } from "../live/api.js";
import { useT } from "../live/strings.js";
import TextBody, { CODE } from "./TextBody.jsx";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const SHOWN_BYTES = 200_000;

export default function FileBody({ artifact }) {
  const t = useT();
  if (PICTURES.has(artifact.media_type)) {
    return (
      <img
        className="c-artifact__picture"
        src={apiUrl(`/api/artifacts/${artifact.id}`)}
        alt={artifact.meta.description || artifact.title}
        loading="lazy"
      />
    );
  }
  if (artifact.media_type in CODE && artifact.size_bytes <= SHOWN_BYTES) {
    return <TextBody artifact={artifact} />;
  }
  return (
    <a
      className="c-file"
      href={apiUrl(`/api/artifacts/${artifact.id}/download`)}
      download={artifact.filename || ""}
    >
      {artifact.filename || t("ui.artifact.file")}
    </a>
  );
}
