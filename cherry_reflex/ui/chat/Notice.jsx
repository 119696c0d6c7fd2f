// One line below the composer: which model thinks, and how to connect one when none is.
import { useModel } from "../live/roster.js";
import { useT } from "../live/strings.js";
import { useOpen } from "../shell/opening.js";

export default function Notice() {
  const t = useT();
  const model = useModel();
  const opening = useOpen();
  if (!model) return <p className="c-notice">&nbsp;</p>;
  if (model.mode === "llm") {
    return <p className="c-notice">{t("ui.model_in_use", { model: model.model })}</p>;
  }
  return (
    <p className="c-notice">
      {t("ui.embedded_notice")}{" "}
      <button type="button" className="c-notice__more" onClick={() => opening.settings("model")}>
        {t("ui.connect_model")}
      </button>
    </p>
  );
}
