// The first rows of a table; the whole of it is opened wide.

import { useT } from "../live/strings.js";
import DataGrid from "./DataGrid.jsx";
import { pathOf } from "./path.js";

const PREVIEW_ROWS = 7;

export default function TableBody({ artifact, onOpen }) {
  const t = useT();
  const rows = artifact.meta.rows;
  const more = rows === undefined ? 0 : rows - PREVIEW_ROWS;
  return (
    <>
      <DataGrid
        path={pathOf(artifact)}
        name={artifact.title}
        preview={PREVIEW_ROWS}
        expected={Math.min(PREVIEW_ROWS, rows ?? PREVIEW_ROWS)}
      />
      {more > 0 && (
        <button type="button" className="c-artifact__more" onClick={() => onOpen?.(artifact)}>
          {t("ui.artifact.more_rows", { rows: more })}
        </button>
      )}
    </>
  );
}
