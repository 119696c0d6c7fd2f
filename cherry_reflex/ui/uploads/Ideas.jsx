// Questions to try at once: each adds the sample data and asks.
import Attempt from "../chat/Attempt.jsx";
import { ask } from "../live/ask.js";
import { useT } from "../live/strings.js";
import { addSample } from "./files.js";

const IDEAS = ["ui.idea_compare", "ui.idea_trend", "ui.idea_all"];

export default function Ideas() {
  const t = useT();
  const tryOut = async (question) => {
    await addSample(`retail_sales_${t.language}`);
    await ask(question);
  };
  return (
    <div className="c-suggestions c-suggestions--start" role="group" aria-label={t("ui.suggestions")}>
      <p className="c-suggestions__lead">{t("ui.ideas")}</p>
      {IDEAS.map((key) => (
        <Attempt key={key} className="c-suggestions__one" act={() => tryOut(t(key))}>
          {t(key)}
        </Attempt>
      ))}
    </div>
  );
}
