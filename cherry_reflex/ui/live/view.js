// The fold of `core/run_view.py`, in JavaScript: `apply(view, record)` moves a run's view on by one
// record, in place. The two are held together by tests/ui/test_fold_parity.py.

export const PLAN_STEP = "plan";
export const SUMMARY_STEP = "summary";
export const LIVE = ["planning", "running", "summarizing"];
const ASKS_NOTHING = { prompt: "", options: [], choices: [] };

export function newView(runId) {
  return {
    run_id: runId,
    seq: 0,
    question: "",
    datasets: [],
    worker: "",
    language: "en",
    retry_of: "",
    arguments: null,
    time_zone: "",
    state: "planning",
    started_at: null,
    ended_at: null,
    plan: null,
    revision: 0,
    lanes: [],
    summary: "",
    evidence: null,
    sent: [],
    failure: null,
    usage: {},
  };
}

export function isLive(view) {
  return LIVE.includes(view.state);
}

/** The lane of a step, made on the spot when there is none. */
export function laneOf(view, step) {
  let lane = view.lanes.find((one) => one.step === step);
  if (!lane) {
    lane = newLane(step, "a2a:orchestrator");
    view.lanes.push(lane);
  }
  return lane;
}

export function apply(view, record) {
  if (record.seq <= view.seq) return view;
  view.seq = record.seq;
  const { event, at } = record;
  const change = CHANGES[event.type];
  if (change) change(view, event, at);
  return view;
}

/** Append text to a lane or to the summary, as the merged deltas of the live namespace do. */
export function appendText(view, step, text) {
  if (step === SUMMARY_STEP) {
    view.summary += text;
    return;
  }
  const { items } = laneOf(view, step);
  const last = items.at(-1);
  if (last?.kind === "text") last.text += text;
  else items.push(newItem({ kind: "text", text }));
}

const CHANGES = {
  run_started(view, event, at) {
    view.question = event.question;
    view.datasets = event.datasets ?? [];
    view.worker = event.worker ?? "";
    view.language = event.language ?? "en";
    view.retry_of = event.retry_of ?? "";
    view.arguments = event.arguments ?? null;
    view.time_zone = event.time_zone ?? "";
    view.started_at = at;
    view.state = "planning";
  },
  plan_made(view, event) {
    view.plan = event.plan;
    view.revision = event.revision ?? 0;
    view.state = "running";
    view.ended_at = null;
    const old = new Map(view.lanes.map((lane) => [lane.step, lane]));
    if (old.get(SUMMARY_STEP)?.state === "running") {
      // Words that turned out to come before more work are the plan's note, no answer.
      old.delete(SUMMARY_STEP);
      view.summary = "";
      view.evidence = null;
    }
    const lanes = take(old, PLAN_STEP);
    for (const step of event.plan.steps) {
      const lane = take(old, step.id)[0] ?? newLane(step.id, step.worker);
      lane.request = step.request;
      lanes.push(lane);
    }
    view.lanes = [...lanes, ...old.values()];
  },
  step_started(view, event, at) {
    const lane = laneOf(view, event.step);
    const { worker, attempt = 1 } = event;
    if (attempt > lane.attempt && view.plan) {
      for (const step of dependants(view.plan, event.step)) anew(laneOf(view, step), "waiting");
    }
    anew(lane, "running");
    Object.assign(lane, { worker, attempt, started_at: at });
    if (event.step === SUMMARY_STEP) {
      view.state = "summarizing";
      view.summary = "";
      view.evidence = null;
    } else if (event.step !== PLAN_STEP) {
      view.state = "running";
      view.ended_at = null;
    }
  },
  status_changed(view, event) {
    laneOf(view, event.step).status = event.text;
  },
  text_delta(view, event) {
    // A lane named "summary" would still be a lane: only summary_delta writes the summary.
    const { items } = laneOf(view, event.step);
    const last = items.at(-1);
    if (last?.kind === "text") last.text += event.text;
    else items.push(newItem({ kind: "text", text: event.text }));
  },
  tool_called(view, event) {
    const { call, name, arguments: given = {} } = event;
    laneOf(view, event.step).items.push(newItem({ kind: "call", call, name, arguments: given }));
  },
  digest_added(view, event) {
    const lane = laneOf(view, event.step);
    lane.digests ??= []; // a conversation that was loaded comes without
    lane.digests.push(event.digest);
  },
  tool_returned(view, event) {
    for (const item of laneOf(view, event.step).items) {
      if (item.kind === "call" && item.call === event.call) {
        item.ok = event.ok ?? true;
        item.text = event.text ?? "";
      }
    }
  },
  output_line(view, event) {
    const { text, level = "info" } = event;
    laneOf(view, event.step).items.push(newItem({ kind: "line", text, level }));
  },
  artifact_added(view, event) {
    laneOf(view, event.step).items.push(newItem({ kind: "artifact", artifact: event.artifact }));
  },
  input_requested(view, event) {
    const lane = laneOf(view, event.step);
    const { prompt, options = [], choices = [] } = event;
    Object.assign(lane, { state: "input", prompt, options, choices });
  },
  input_answered(view, event) {
    const lane = laneOf(view, event.step);
    Object.assign(lane, { state: "running", ...ASKS_NOTHING });
    lane.items.push(newItem({ kind: "answer", text: event.reply }));
  },
  step_finished(view, event, at) {
    end(laneOf(view, event.step), "done", at);
  },
  step_failed(view, event, at) {
    const lane = laneOf(view, event.step);
    lane.failure = event.failure;
    end(lane, "failed", at);
  },
  step_cancelled(view, event, at) {
    const lane = laneOf(view, event.step);
    lane.skipped = event.reason === "skipped";
    end(lane, "cancelled", at);
  },
  summary_delta(view, event) {
    view.summary += event.text;
  },
  answer_checked(view, { links = [], unsupported = [], contradictions = [] }) {
    view.evidence = { links, unsupported, contradictions };
  },
  data_sent(view, event) {
    send(view, event);
  },
  run_finished(view, event, at) {
    view.usage = event.usage ?? {};
    close(view, "finished", at);
  },
  run_failed(view, event, at) {
    view.failure = event.failure;
    close(view, "failed", at);
  },
  run_cancelled(view, event, at) {
    close(view, "cancelled", at);
  },
  run_interrupted(view, event, at) {
    close(view, "interrupted", at);
  },
};

function send(view, event) {
  const { to, kind, here = false, characters = 0, table_bytes: bytes = 0, columns = [] } = event;
  let sent = view.sent.find((one) => one.kind === kind && one.to === to);
  if (!sent) {
    sent = { to, kind, here, times: 0, characters: 0, table_bytes: 0, columns: [] };
    view.sent.push(sent);
  }
  sent.times += 1;
  sent.characters += characters;
  sent.table_bytes += bytes;
  sent.columns.push(...columns.filter((name) => !sent.columns.includes(name)));
}

function newLane(step, worker) {
  return {
    step,
    worker,
    request: "",
    state: "waiting",
    status: "",
    attempt: 1,
    started_at: null,
    ended_at: null,
    earlier: [],
    items: [],
    digests: [],
    failure: null,
    ...ASKS_NOTHING,
    skipped: false,
  };
}

function newItem(fields) {
  return {
    kind: "text",
    text: "",
    call: "",
    name: "",
    arguments: null,
    ok: null,
    level: "",
    artifact: null,
    ...fields,
  };
}

function take(lanes, step) {
  const lane = lanes.get(step);
  lanes.delete(step);
  return lane ? [lane] : [];
}

/** The steps that build on one, directly or through others. */
function dependants({ steps }, first) {
  const found = new Set([first]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { id, after } of steps) if (after?.some((one) => found.has(one))) found.add(id);
  }
  found.delete(first);
  return found;
}

function anew(lane, state) {
  if (lane.started_at !== null && lane.ended_at !== null) {
    lane.earlier.push([lane.started_at, lane.ended_at]);
  }
  Object.assign(lane, {
    state,
    started_at: null,
    ended_at: null,
    items: [],
    digests: [],
    failure: null,
    status: "",
    skipped: false,
    ...ASKS_NOTHING,
  });
}

function end(lane, state, at) {
  // Clocks are set back now and then: nothing ends before it began.
  Object.assign(lane, { state, ended_at: Math.max(at, lane.started_at ?? at), ...ASKS_NOTHING });
}

function close(view, state, at) {
  view.state = state;
  view.ended_at = Math.max(at, view.started_at ?? at);
  for (const lane of view.lanes) {
    if (["waiting", "running", "input"].includes(lane.state)) end(lane, "cancelled", at);
  }
}
