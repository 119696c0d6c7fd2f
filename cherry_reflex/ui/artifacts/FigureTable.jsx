// The numbers of a chart that has no table of its own.

import { useMemo } from "react";

import { useT } from "../live/strings.js";
import { shown } from "./cells.js";
import { figureTable } from "./figure.js";

export default function FigureTable({ figure }) {
  const t = useT();
  const { columns, rows, more } = useMemo(() => figureTable(figure), [figure]);
  return (
    <div className="c-plain" tabIndex={0} role="region" aria-label={t("ui.chart.numbers")}>
      <table>
        <thead>
          <tr>
            {columns.map((name, index) => (
              <th key={index} scope="col">
                {name || t("ui.chart.series")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => {
                const kind = typeof value === "number" ? "number" : "text";
                return (
                  <td key={at} className={`c-plain__${kind}`}>
                    {shown(value, kind, t.language)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="c-artifact__note">{t("ui.chart.more", { rows: more })}</p>}
    </div>
  );
}
