// Who worked when: a small Gantt chart, waits included, with what the model used.
import "./timeline.css";
import { useMemo } from "react";
import { useT } from "../live/strings.js";
import { PLAN_STEP, SUMMARY_STEP } from "../live/view.js";
import { elapsed } from "./Elapsed.jsx";
import { timeline } from "./timeline.js";
import { workerTitle } from "./worker.js";

const PARTS = { [PLAN_STEP]: "ui.plan", [SUMMARY_STEP]: "ui.summary" };

export default function Timeline({ id, view }) {
  const t = useT();
  const made = useMemo(() => timeline(view), [view, view.seq]);
  if (!made) return null;
  const used = usageOf(t, view.usage ?? {});
  return (
    <section id={id} className="c-time" aria-label={t("ui.timeline")}>
      <ol className="c-time__rows">
        {made.rows.map((row) => (
          <li key={row.step} className="c-time__row">
            <span className="c-time__name" title={workerTitle(t, row.worker)}>
              {row.step in PARTS ? t(PARTS[row.step]) : workerTitle(t, row.worker)}
            </span>
            <span className="c-time__track" aria-hidden="true">
              {row.wait && <i className="c-time__wait" style={span(row.wait)} />}
              {row.before.map((work) => (
                <i key={work[0]} className="c-time__work" data-state="done" style={span(work)} />
              ))}
              <i className="c-time__work" data-state={row.state} style={span(row.work)} />
            </span>
            <span className="c-time__took">
              <span className="c-hidden">
                {t(`ui.lane_${row.state}`)}
                {row.waited >= 0.05 && `, ${t("ui.timeline_waited", { time: elapsed(row.waited) })}`},{" "}
              </span>
              {elapsed(row.worked)}
            </span>
          </li>
        ))}
      </ol>
      <div className="c-time__axis" aria-hidden="true">
        {made.ticks.map(({ place, seconds }) => (
          <span key={place} style={{ left: `${place * 100}%` }}>
            {made.cut ? "" : `${seconds}s`}
          </span>
        ))}
      </div>
      <p className="c-time__key">
        <span>
          <i className="c-time__wait" aria-hidden="true" /> {t("ui.timeline_waiting")}
        </span>
        <span>
          <i className="c-time__work" data-state="done" aria-hidden="true" />{" "}
          {t("ui.timeline_working")}
        </span>
        {made.cut && <span>{t("ui.timeline_cut")}</span>}
        {used && <span className="c-time__used">{used}</span>}
      </p>
    </section>
  );
}

function span([from, to]) {
  return { left: `${from * 100}%`, width: `max(2px, ${(to - from) * 100}%)` };
}

/** Calls, tokens and cost of the language model. */
function usageOf(t, usage) {
  const { calls = 0, input_tokens: read = 0, output_tokens: written = 0, cost_usd: cost = 0 } = usage;
  const parts = [];
  if (calls) parts.push(t("ui.model_calls", { calls }));
  if (read || written) parts.push(t("ui.tokens_used", { read, written }));
  if (cost) parts.push(t("ui.cost", { cost: cost.toFixed(cost < 0.1 ? 4 : 2) }));
  return parts.join(" · ");
}
