// What can be done with a finished answer: copy, ask again; and what it took.
import { RotateCcw } from "lucide-react";
import CopyButton from "../artifacts/CopyButton.jsx";
import { retry } from "../live/ask.js";
import { useT } from "../live/strings.js";
import Attempt from "./Attempt.jsx";
import { elapsed } from "./Elapsed.jsx";

export default function Actions({ view }) {
  const t = useT();
  const took = view.ended_at && view.started_at ? elapsed(view.ended_at - view.started_at) : "";
  const tokens = (view.usage?.input_tokens ?? 0) + (view.usage?.output_tokens ?? 0);
  return (
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
      <span className="c-actions__took">
        {took}
        {tokens > 0 && ` · ${t("ui.tokens", { tokens })}`}
      </span>
    </div>
  );
}
