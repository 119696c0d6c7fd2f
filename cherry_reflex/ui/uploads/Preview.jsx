// The first rows of a dataset.
import { useEffect, useState } from "react";
import { api } from "../live/api.js";
import { plain } from "../artifacts/cells.js";
import { failureText, useT } from "../live/strings.js";

const ROWS = 5;
const NUMERIC = new Set(["number", "integer"]);

export default function Preview({ id }) {
  const t = useT();
  const [page, setPage] = useState(null);
  const [failure, setFailure] = useState(null);
  useEffect(() => {
    const control = new AbortController();
    api(`/api/datasets/${id}/rows?offset=0&limit=${ROWS}`, { signal: control.signal }).then(
      setPage,
      (error) => error.name !== "AbortError" && setFailure(error),
    );
    return () => control.abort();
  }, [id]);
  if (failure) {
    return (
      <p role="alert" className="c-attempt__failure">
        {failureText(t, failure)}
      </p>
    );
  }
  // The place is kept while the rows come, so that nothing jumps.
  if (!page) return <div className="c-preview c-preview--waiting" aria-hidden="true" />;
  return (
    <div className="c-preview" tabIndex={0} role="group" aria-label={t("ui.preview")}>
      <table>
        <thead>
          <tr>
            {page.columns.map(({ name, type }) => (
              <th key={name} scope="col" data-number={NUMERIC.has(type)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, place) => (
                <td
                  key={place}
                  data-number={NUMERIC.has(page.columns[place].type)}
                  title={shown(value, page.columns[place].unit)}
                >
                  {shown(value, page.columns[place].unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(value, unit) {
  return value === null || value === undefined ? "—" : plain(value, unit);
}
