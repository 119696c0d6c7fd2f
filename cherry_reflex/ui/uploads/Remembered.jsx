// What words mean in a dataset, as the person has chosen; each can be forgotten.
import "./remembered.css";
import { X } from "lucide-react";
import Attempt from "../chat/Attempt.jsx";
import { api } from "../live/api.js";
import { takeDataset } from "../live/store.js";
import { useT } from "../live/strings.js";

export default function Remembered({ dataset }) {
  const t = useT();
  const words = dataset.remembered ?? [];
  if (words.length === 0) return null;
  const forget = async (word) => {
    const query = new URLSearchParams({ word });
    takeDataset(await api(`/api/datasets/${dataset.id}/remembered?${query}`, { method: "DELETE" }));
  };
  return (
    <div className="c-remembered">
      <p id={`remembered-${dataset.id}`}>{t("ui.remembered.title")}</p>
      <ul aria-labelledby={`remembered-${dataset.id}`}>
        {words.map(([word, column]) => (
          <li key={word}>
            <span>{t("ui.remembered.one", { word, column })}</span>
            <Attempt
              act={() => forget(word)}
              className="c-attachment__button"
              aria-label={t("ui.remembered.forget", { word })}
              title={t("ui.remembered.forget", { word })}
            >
              <X size={14} aria-hidden="true" />
            </Attempt>
          </li>
        ))}
      </ul>
    </div>
  );
}
