"""The fold: what a screen draws is what the log says."""

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import (
    ArtifactAdded,
    Event,
    InputAnswered,
    InputRequested,
    PlanMade,
    Record,
    RunCancelled,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepStarted,
    SummaryDelta,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.run_view import RunView, apply, fold

PLAN = Plan(
    steps=(
        Step(id="a", worker="a2a:eda", request="look"),
        Step(id="b", worker="mcp:stats/t_test", request="test", after=("a",)),
    )
)
CHART = ArtifactRef(id="x", kind="chart", title="Sales", media_type="t", filename="f", size_bytes=1)


def records(*events: Event) -> list[Record]:
    return [Record(run_id="r", seq=n, at=float(n), event=e) for n, e in enumerate(events, 1)]


def test_a_whole_run() -> None:
    view = fold(
        "r",
        records(
            RunStarted(question="q", datasets=("d",), language="ko"),
            StepStarted(step="plan", worker=ORCHESTRATOR),
            TextDelta(step="plan", text="I think"),
            StepFinished(step="plan"),
            PlanMade(plan=PLAN),
            StepStarted(step="a", worker="a2a:eda"),
            TextDelta(step="a", text="one "),
            TextDelta(step="a", text="two"),
            ToolCalled(step="a", call="c1", name="profile", arguments={"x": 1}),
            ToolReturned(step="a", call="c1", ok=True, text="done"),
            ArtifactAdded(step="a", artifact=CHART),
            TextDelta(step="a", text="three"),
            StepFinished(step="a"),
            StepStarted(step="b", worker="mcp:stats/t_test"),
            StepFailed(step="b", failure=Failure(code="boom")),
            StepStarted(step="summary", worker=ORCHESTRATOR),
            SummaryDelta(text="All "),
            SummaryDelta(text="done."),
            StepFinished(step="summary"),
            RunFinished(usage={"tokens": 3}),
        ),
    )
    assert (view.state, view.question, view.language) == ("finished", "q", "ko")
    assert [(lane.step, lane.state) for lane in view.lanes] == [
        ("plan", "done"), ("a", "done"), ("b", "failed"), ("summary", "done"),
    ]  # fmt: skip
    lane = view.lane("a")
    assert [item.kind for item in lane.items] == ["text", "call", "artifact", "text"]
    assert (lane.text, lane.items[1].ok, lane.artifacts) == ("one twothree", True, [CHART])
    assert (lane.request, lane.started_at, lane.ended_at) == ("look", 6.0, 13.0)
    assert (view.summary, view.ended_at, view.usage) == ("All done.", 20.0, {"tokens": 3})


def test_a_record_seen_twice_counts_once() -> None:
    log = records(RunStarted(question="q"), TextDelta(step="a", text="x"))
    view = RunView(run_id="r")
    for record in [*log, *log]:
        apply(view, record)
    assert view.lane("a").text == "x"


def test_a_question_waits_and_its_answer_goes_on() -> None:
    log = records(
        RunStarted(question="q"),
        PlanMade(plan=PLAN),
        StepStarted(step="a", worker="a2a:eda"),
        InputRequested(step="a", prompt="Which?", options=("x", "y")),
    )
    view = fold("r", log)
    assert (view.lane("a").state, view.lane("a").prompt) == ("input", "Which?")
    apply(view, Record(run_id="r", seq=9, at=9, event=InputAnswered(step="a", reply="x")))
    assert (view.lane("a").state, view.lane("a").prompt) == ("running", "")
    assert view.lane("a").items[-1].text == "x"


def test_a_stopped_run_leaves_no_lane_running() -> None:
    log = records(
        RunStarted(question="q"),
        PlanMade(plan=PLAN),
        StepStarted(step="a", worker="a2a:eda"),
        RunCancelled(),
    )
    assert {lane.state for lane in fold("r", log).lanes} == {"cancelled"}


def test_a_retry_begins_its_lane_anew_and_keeps_the_others() -> None:
    log = records(
        RunStarted(question="q"),
        PlanMade(plan=PLAN),
        StepStarted(step="a", worker="a2a:eda"),
        TextDelta(step="a", text="kept"),
        StepFinished(step="a"),
        StepStarted(step="b", worker="mcp:stats/t_test"),
        TextDelta(step="b", text="old"),
        StepFailed(step="b", failure=Failure(code="boom")),
        RunFinished(),
        StepStarted(step="b", worker="mcp:stats/t_test", attempt=2),
        TextDelta(step="b", text="new"),
    )
    view = fold("r", log)
    assert (view.state, view.ended_at) == ("running", None)
    assert (view.lane("a").text, view.lane("b").text) == ("kept", "new")
    assert (view.lane("b").attempt, view.lane("b").failure) == (2, None)
