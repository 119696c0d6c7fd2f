// A file: pictures are shown, everything else is offered for download.

import { apiUrl } from "../live/api.js";
import { useT } from "../live/strings.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]);

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
