// What can be done with a finished answer: copy, ask again, say how it was, take it along; and who
// worked when.
import { ChartGantt, Download, RotateCcw } from "lucide-react";
import { useContext, useId, useState } from "react";
import CopyButton from "../artifacts/CopyButton.jsx";
import Menu from "../artifacts/Menu.jsx";
import { retry } from "../live/ask.js";
import { current } from "../live/store.js";
import { useT } from "../live/strings.js";
import Attempt from "./Attempt.jsx";
import { elapsed } from "./Elapsed.jsx";
import Feedback from "./Feedback.jsx";
import Timeline from "./Timeline.jsx";
import { exportItems } from "./exports.js";
import { StickContext } from "./stick.js";
import { workedSeconds } from "./timeline.js";

export default function Actions({ view }) {
  const t = useT();
  const id = useId();
  const release = useContext(StickContext);
  const [isTimed, setTimed] = useState(false);
  const took = view.ended_at && view.started_at ? elapsed(workedSeconds(view)) : "";
  const tokens = (view.usage?.input_tokens ?? 0) + (view.usage?.output_tokens ?? 0);
  return (
    <>
      <div className="c-actions">
        {view.summary && <CopyButton text={() => view.summary} label={t("ui.copy_answer")} />}
        <Attempt
          act={() => retry(view.run_id)}
          className="c-icon-button"
          aria-label={t("ui.ask_again")}
          title={t("ui.ask_again")}
        >
          <RotateCcw size={16} aria-hidden="true" />
        </Attempt>
        <Menu
          label={t("ui.export_answer")}
          icon={Download}
          items={exportItems(t, current().id, view.run_id)}
        />
        <Feedback view={view} />
        <button
          type="button"
          className="c-actions__took"
          aria-expanded={isTimed}
          aria-controls={id}
          title={t("ui.timeline")}
          onClick={() => {
            release();
            setTimed(!isTimed);
          }}
        >
          <ChartGantt size={15} aria-hidden="true" />
          <span className="c-hidden">{t("ui.timeline")}</span>
          {took}
          {tokens > 0 && ` · ${t("ui.tokens", { tokens })}`}
        </button>
      </div>
      {isTimed && <Timeline id={id} view={view} />}
    </>
  );
}
