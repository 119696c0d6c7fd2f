// Downloads of an artifact: as it is, and for tables in the formats that people work with.

import { Download as Icon } from "lucide-react";

import { apiUrl } from "../live/api.js";
import { useT } from "../live/strings.js";
import Menu from "./Menu.jsx";
import { pathOf } from "./path.js";

const FORMATS = { csv: "CSV", xlsx: "Excel (.xlsx)", json: "JSON", parquet: "Parquet" };

export default function Download({ artifact }) {
  const t = useT();
  const path = `${pathOf(artifact)}/download`;
  const label = t("ui.artifact.download", { title: artifact.title });
  if (artifact.kind !== "table" && artifact.kind !== "dataset") {
    return (
      <a
        className="c-icon-button"
        href={apiUrl(path)}
        download={artifact.filename || ""}
        aria-label={label}
        title={label}
      >
        <Icon size={16} aria-hidden="true" />
      </a>
    );
  }
  const items = Object.entries(FORMATS).map(([format, name]) => ({
    label: name,
    href: apiUrl(`${path}?format=${format}`),
  }));
  return <Menu label={label} icon={Icon} items={items} />;
}
