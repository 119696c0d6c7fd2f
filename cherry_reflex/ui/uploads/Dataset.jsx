// The welcome of a dataset: what it is, a few of its rows, and questions to begin with.
import { Maximize2, Table2 } from "lucide-react";
import { memo, useContext, useEffect, useState } from "react";
import { datasetArtifact } from "../artifacts/path.js";
import { suggest } from "../chat/draft.js";
import { StickContext } from "../chat/stick.js";
import { api } from "../live/api.js";
import { ask } from "../live/ask.js";
import { useT } from "../live/strings.js";
import { useOpen } from "../shell/opening.js";
import Columns from "./Columns.jsx";
import HowRead from "./HowRead.jsx";
import Preview from "./Preview.jsx";
import Remembered from "./Remembered.jsx";

function Dataset({ dataset, isNewest }) {
  const t = useT();
  const release = useContext(StickContext);
  const opening = useOpen();
  const count = dataset.column_count ?? dataset.columns?.length ?? 0;
  const missing = (dataset.columns ?? []).reduce((sum, column) => sum + (column.missing ?? 0), 0);
  return (
    <article className="c-dataset">
      <header className="c-dataset__head">
        <Table2 size={18} aria-hidden="true" />
        <h2 className="c-dataset__name">{dataset.name}</h2>
        <span className="c-dataset__shape">{t("ui.shape", { rows: dataset.rows, columns: count })}</span>
        {dataset.columns?.length > 0 && (
          <span className="c-dataset__missing">
            {missing > 0 ? t("ui.missing", { count: missing }) : t("ui.missing_none")}
          </span>
        )}
        {dataset.sheet && <span>{t("ui.sheet", { name: dataset.sheet })}</span>}
        {dataset.encoding && <span>{dataset.encoding}</span>}
        <HowRead dataset={dataset} place="card" />
        <button
          type="button"
          className="c-icon-button c-dataset__open"
          aria-label={t("ui.artifact.open", { title: dataset.name })}
          title={t("ui.artifact.open_wide")}
          onClick={() => opening.artifact(datasetArtifact(dataset))}
        >
          <Maximize2 size={15} aria-hidden="true" />
        </button>
      </header>
      {dataset.note && <p className="c-dataset__note">{dataset.note}</p>}
      {dataset.columns?.length > 0 && (
        <Columns columns={dataset.columns} count={count} onToggle={release} />
      )}
      <Remembered dataset={dataset} />
      <Preview id={dataset.id} />
      {isNewest && <Suggestions id={dataset.id} name={dataset.name} />}
    </article>
  );
}

function Suggestions({ id, name }) {
  const t = useT();
  const [questions, setQuestions] = useState([]);
  useEffect(() => {
    const control = new AbortController();
    const path = `/api/datasets/${id}/suggestions?language=${t.language}`;
    api(path, { signal: control.signal }).then(
      (found) => setQuestions(found.suggestions ?? found),
      () => {
        // Suggestions are an offer; without them one simply asks.
      },
    );
    return () => control.abort();
  }, [id, t.language]);
  if (questions.length === 0) return <div className="c-suggestions" aria-hidden="true" />;
  return (
    <div className="c-suggestions" role="group" aria-label={t("ui.suggestions")}>
      <p className="c-suggestions__lead">{t("ui.welcome_data", { name })}</p>
      {questions.slice(0, 4).map((question) => (
        <button
          key={question}
          type="button"
          className="c-suggestions__one"
          onClick={() => ask(question).catch(() => suggest(question))}
        >
          {question}
        </button>
      ))}
    </div>
  );
}

export default memo(Dataset);
