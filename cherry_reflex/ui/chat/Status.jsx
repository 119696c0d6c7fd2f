// The state of a lane: a sign of its own shape, and words.
import { Ban, Check, CircleDashed, CircleHelp, CircleX } from "lucide-react";
import { useT } from "../live/strings.js";

const SIGNS = {
  waiting: CircleDashed,
  input: CircleHelp,
  done: Check,
  failed: CircleX,
  cancelled: Ban,
};

export default function Status({ state, text, quiet }) {
  const t = useT();
  const Sign = SIGNS[state];
  const words = text || t(`ui.lane_${state}`);
  return (
    <span className={`status-indicator status-indicator--${state}`} data-state={state}>
      {Sign ? <Sign size={14} aria-hidden="true" /> : <span className="c-spinner" />}
      <span className={quiet ? "c-hidden" : "status-indicator__words"}>{words}</span>
    </span>
  );
}
