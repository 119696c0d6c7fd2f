// Copies a whole table as cells for a spreadsheet. Very long ones are better downloaded.

import { useT } from "../live/strings.js";
import CopyButton from "./CopyButton.jsx";
import { asTabs } from "./cells.js";
import { rowsOf } from "./rows.js";

const ROWS_MAX = 20_000;
const PAGE_ROWS = 1000;

async function everything(path) {
  const rows = [];
  let columns = [];
  let total = 1;
  while (rows.length < total) {
    const page = await rowsOf(path, rows.length, PAGE_ROWS);
    columns = page.columns;
    total = page.total;
    if (!page.rows.length) break;
    rows.push(...page.rows);
  }
  return asTabs(columns, rows);
}

export default function CopyTable({ path, rows = 0 }) {
  const t = useT();
  const long = rows > ROWS_MAX;
  const label = long ? t("ui.copy.long", { rows: ROWS_MAX }) : t("ui.copy.table");
  return <CopyButton text={() => everything(path)} label={label} disabled={long} />;
}
