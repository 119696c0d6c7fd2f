// When the steps of a run waited and worked, on one scale. Times in which nothing happened (a step
// retried an hour later) are cut short.
import { PLAN_STEP, SUMMARY_STEP } from "../live/view.js";

const GAP_S = 3;
const GAP_SHOWN_S = 0.5;
const TICKS = 4;

/** {rows: [{step, worker, state, wait: [from, to] | null, before: [[from, to]], work: [from, to]}],
 *  ticks, cut}: places are parts of the whole (0 to 1), `before` earlier work of the same step,
 *  `waited` and `worked` seconds. Null when nobody worked. */
export function timeline(view) {
  const lanes = view.lanes.filter(({ started_at: from, ended_at: to }) => from && to);
  if (lanes.length === 0) return null;
  const scale = scaleOf(lanes.flatMap(spansOf));
  const rows = lanes.map((lane) => {
    const ready = readyAt(view, lane);
    const began = spansOf(lane)[0][0];
    const waited = ready ? Math.max(0, began - ready) : 0;
    return {
      step: lane.step,
      worker: lane.worker,
      state: lane.state,
      waited,
      worked: spansOf(lane).reduce((sum, [from, to]) => sum + to - from, 0),
      wait: waited > 0 ? [scale.place(ready), scale.place(began)] : null,
      before: (lane.earlier ?? []).map((span) => span.map(scale.place)),
      work: [scale.place(lane.started_at), scale.place(lane.ended_at)],
    };
  });
  const place = ({ step }) => ({ [PLAN_STEP]: 0, [SUMMARY_STEP]: 2 })[step] ?? 1;
  rows.sort((a, b) => place(a) - place(b) || a.work[0] - b.work[0]);
  return { rows, ticks: ticksOf(scale.length), cut: scale.cut };
}

/** The seconds in which anybody worked: a step that is done again an hour later takes no hour. */
export function workedSeconds({ lanes, started_at: start, ended_at: end }) {
  const spans = lanes.flatMap(spansOf).filter(([from, to]) => from && to);
  if (spans.length === 0) return end - start;
  let [worked, until] = [0, start];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const gap = from - until;
    worked += gap > GAP_S ? Math.max(0, to - from) : Math.max(0, to - until);
    until = Math.max(until, to);
  }
  return worked;
}

/** All of a lane's work, the earliest first. */
function spansOf({ earlier = [], started_at: from, ended_at: to }) {
  return [...earlier, [from, to]];
}

/** When a step was known, and so began to wait: the end of the plan, or of the look that the plan
 *  was given again, whichever came last before it. */
function readyAt(view, lane) {
  if (lane.step === PLAN_STEP || lane.step === SUMMARY_STEP || lane.attempt > 1) return null;
  const plan = view.lanes.find(({ step, ended_at: to }) => step === PLAN_STEP && to);
  const ends = plan ? spansOf(plan).map(([, to]) => to) : [];
  return ends.filter((to) => to <= lane.started_at).at(-1) ?? null;
}

function scaleOf(spans) {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const gaps = [];
  let end = sorted[0][1];
  for (const [from, to] of sorted) {
    if (from - end > GAP_S) gaps.push([end, from]);
    end = Math.max(end, to);
  }
  const start = sorted[0][0];
  const at = (time) =>
    gaps.reduce((sum, [from, to]) => {
      if (time <= from) return sum;
      const inside = Math.min(time, to) - from;
      return sum - inside + (GAP_SHOWN_S * inside) / (to - from);
    }, time - start);
  const length = Math.max(at(end), 0.001);
  return { length, cut: gaps.length > 0, place: (time) => Math.min(1, Math.max(0, at(time) / length)) };
}

/** Whole steps of 1, 2 or 5 (times ten): [{place, seconds}]. */
function ticksOf(length) {
  const rough = length / TICKS;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough);
  const ticks = [];
  for (let at = 0; at <= length * 0.96; at += step) {
    ticks.push({ place: at / length, seconds: Number(at.toPrecision(3)) });
  }
  return ticks;
}
