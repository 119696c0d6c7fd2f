"""The page's fold (`ui/live/view.js`) and `core/run_view.py` agree on every sequence of events."""

import json
import random
from typing import Any, get_args

from cherry_reflex.core import events as e
from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import EVENT, Event, Record
from cherry_reflex.core.evidence import Contradiction, Link, Side, Span
from cherry_reflex.core.ids import ORCHESTRATOR, PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.run_view import RunView, fold
from cherry_reflex.ui.live.namespace import Line, messages
from tests.ui import node

STEPS = (PLAN_STEP, "s1", "s2", "s3", SUMMARY_STEP)
WORKERS = ("a2a:pandas", ORCHESTRATOR, "mcp:statistical_analysis/group_test")
READINGS = ({"task": "rows"}, {"measures": [{"agg": "mean"}]})
DIGEST = Digest(
    facts=(FactDigest(key="total", params={"value": 1.25}),),
    tables=(TableDigest(title="t", rows=1, columns=("나",), head=(("x",),)),),
)
LINK = Link(
    start=1, end=4, text="1.3", kind="cell", step="s1", table="t", row=0, column="나", value=1.25
)
SPAN = Span(start=8, end=9, text="9")
TWO = tuple(
    Side(step=one, value=value, text=f"{value}") for one, value in (("s1", 1.5), ("s2", 2.5))
)
TEXTS = ("", "매출 ", "**bold", "x" * 50, "🍒\n", '"quoted" \\ ')


def some_event(dice: random.Random) -> Event:
    """Any event, sensible or not: the fold must not care."""
    step, text = dice.choice(STEPS), dice.choice(TEXTS)
    failure = Failure(code="agent_gone", params={"name": "eda", "n": 3}, detail=text)
    artifact = ArtifactRef(
        id=str(dice.random()), kind="table", title=text, media_type="m", filename="f",
        size_bytes=5, meta={"rows": 3, "columns": ["a", "나"]},
    )  # fmt: skip
    ids = [f"s{i}" for i in sorted(dice.sample(range(1, 5), dice.randint(1, 4)))]
    plan = Plan(
        steps=tuple(
            Step(
                id=one,
                worker=dice.choice(WORKERS),
                request=f"do {one}",
                after=tuple(dice.sample(ids[:place], dice.randint(0, place))),
            )
            for place, one in enumerate(ids)
        ),
        note=text,
    )
    made: list[Event] = [
        e.RunStarted(question=text, datasets=("d1",), worker="", language="ko", retry_of="r0"),
        e.PlanMade(plan=plan, revision=dice.randint(0, 2)),
        e.StepStarted(step=step, worker=dice.choice(WORKERS), attempt=dice.randint(1, 3)),
        e.StatusChanged(step=step, text=text),
        e.TextDelta(step=dice.choice(STEPS[:-1]), text=text),
        e.ToolCalled(step=step, call="c1", name="group", arguments={"by": ["region"]}),
        e.ToolReturned(step=step, call="c1", ok=dice.random() < 0.5, text=text),
        e.DigestAdded(step=step, call="c1", digest=DIGEST),
        e.OutputLine(step=step, text=text, level="warning"),
        e.ArtifactAdded(step=step, artifact=artifact),
        e.InputRequested(step=step, prompt=text, options=("a", "b"), choices=READINGS),
        e.InputAnswered(step=step, reply=text, chosen=READINGS[0]),
        e.StepFinished(step=step),
        e.StepFailed(step=step, failure=failure),
        e.StepCancelled(step=step, reason=dice.choice(("user", "skipped"))),
        e.SummaryDelta(text=text),
        e.AnswerChecked(
            links=(LINK,),
            unsupported=(SPAN,) if dice.random() < 0.5 else (),
            contradictions=(Contradiction(key="total", param="value", sides=TWO),),
        ),
        e.DataSent(
            step=step,
            to=dice.choice(("helper", "other")),
            kind=dice.choice(("model", "agent")),
            here=dice.random() < 0.5,
            characters=dice.randint(0, 9),
            table_bytes=dice.randint(0, 9),
            columns=tuple(dice.sample(("a", "나", "c"), dice.randint(0, 3))),
        ),
        e.RunFinished(usage={"input_tokens": 12.0, "cost": 0.25}),
        e.RunFailed(failure=failure),
        e.RunCancelled(),
        e.RunInterrupted(),
        e.DatasetAdded(dataset="d2", name=text, rows=3, columns=2),
    ]
    return dice.choice(made)


def some_records(seed: int, length: int) -> list[Record]:
    dice = random.Random(seed)
    seq, records = 0, []
    for place in range(length):
        # Now and then a record comes a second time: it must change nothing.
        seq += 0 if place and dice.random() < 0.1 else 1
        at = 1e9 + (place + dice.randrange(-20, 20)) / 8  # the clock may go back
        records.append(Record(run_id="r1", seq=seq, at=at, event=some_event(dice)))
    return records


def as_json(view: RunView) -> Any:
    return json.loads(view.model_dump_json())


def test_the_generator_knows_every_event() -> None:
    types = {type(some_event(random.Random(seed))) for seed in range(2000)}
    assert types == set(get_args(get_args(Event)[0]))


def test_both_folds_agree() -> None:
    cases = [some_records(seed, 5 + seed % 60) for seed in range(300)]
    lines = [
        {"run_id": "r1", "records": [record.model_dump(mode="json") for record in records]}
        for records in cases
    ]
    for records, view in zip(cases, node.run("fold.mjs", lines), strict=True):
        assert view == as_json(fold("r1", records))


async def nowhere(_: dict[str, Any]) -> None:
    """A connection that leads nowhere."""


def test_merged_text_draws_the_same_as_single_records() -> None:
    dice = random.Random(7)
    lines, wanted = [], []
    for _ in range(50):
        records = [
            Record(
                run_id="r1",
                seq=seq,
                at=1e9,
                event=e.SummaryDelta(text=dice.choice(TEXTS))
                if dice.random() < 0.3
                else e.TextDelta(step=dice.choice(("s1", "s2")), text=dice.choice(TEXTS)),
            )
            for seq in range(1, dice.randint(2, 80))
        ]
        sent = messages(records, Line("sid", nowhere))
        assert {name for name, *_ in sent} == {"t"}
        assert sent[-1][1] == records[-1].seq
        lines.append({"run_id": "r1", "records": [], "merged": [m[2][:2] for m in sent]})
        wanted.append(as_json(fold("r1", records)))
    assert node.run("fold.mjs", lines) == wanted


def test_records_survive_the_wire_as_they_are() -> None:
    for record in some_records(3, 40):
        assert EVENT.validate_python(record.model_dump(mode="json")["event"]) == record.event
