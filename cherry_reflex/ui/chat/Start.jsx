// The start of a conversation: one line of welcome, the upload panel, sample data and questions
// about it.
import Mark from "../shell/Mark.jsx";
import { useT } from "../live/strings.js";
import Ideas from "../uploads/Ideas.jsx";
import UploadPanel from "../uploads/UploadPanel.jsx";

export default function Start() {
  const t = useT();
  return (
    <div className="c-start">
      <Mark size={40} />
      <h2 className="c-start__title">{t("ui.welcome")}</h2>
      <p className="c-start__line">{t("ui.welcome_line")}</p>
      <UploadPanel />
      <Ideas />
    </div>
  );
}
