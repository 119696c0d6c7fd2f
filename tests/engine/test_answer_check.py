"""The numbers of an answer are looked up when it has ended."""

from collections.abc import AsyncIterator

from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.events import DigestAdded, TextDelta, ToolCalled, ToolReturned
from cherry_reflex.core.ids import LOCAL_OWNER, ORCHESTRATOR, SUMMARY_STEP
from cherry_reflex.core.orchestration import Summarize
from cherry_reflex.core.worker import WorkerEvent
from tests.engine.conftest import Open
from tests.engine.scripted_workers import Script, Scripted, ScriptedWorkers, fails, says, step

TABLE = TableDigest(
    title="By region", name="result_1", rows=2, columns=("region", "sales"),
    head=(("Seoul", 1234.5678), ("Busan", 98.25)),
)  # fmt: skip


def computes(*digests: Digest) -> Script:
    """A worker whose calls give these digests, and which then says some words."""

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        for number, digest in enumerate(digests):
            call = f"call{number}"
            yield ToolCalled(call=call, name="aggregate", arguments={"where": "age > 35"})
            yield ToolReturned(call=call)
            yield DigestAdded(call=call, digest=digest)
        yield TextDelta(text="I am done, 777.")

    return script


class Answering(ScriptedWorkers):
    """The orchestrator's summary is `answer`."""

    answer = ""

    async def _orchestrate(self, job: Scripted) -> AsyncIterator[WorkerEvent]:
        if isinstance(job.work.orchestration, Summarize):
            yield TextDelta(text=self.answer)
            return
        async for event in super()._orchestrate(job):
            yield event


def answering(answer: str, **scripts: Script) -> Answering:
    """A team of agents with these scripts, each of whom has one step."""
    workers = {f"a2a:{name}": script for name, script in scripts.items()}
    team = Answering([step(f"s{n}", name) for n, name in enumerate(workers, 1)])
    team.workers |= workers
    team.answer = answer
    return team


async def test_numbers_are_linked_to_their_cells(open_engine: Open) -> None:
    answer = "Seoul sold 1,234.57, Busan 98.3; 777 and 55 nobody computed."
    team = answering(answer, pandas=computes(Digest(tables=(TABLE,))))
    engine = await open_engine(team)
    view = await engine.over(await engine.ask())
    assert view.summary == answer
    assert view.evidence is not None
    seoul, busan = view.evidence.links
    assert (seoul.step, seoul.call, seoul.table) == ("s1", "call0", "By region")
    assert (seoul.row, seoul.column, seoul.value) == (0, "sales", 1234.5678)
    assert busan.label == "Busan"
    # Its words are no source where the worker gave figures, and the model's own never are.
    assert [span.text for span in view.evidence.unsupported] == ["777", "55"]


async def test_words_hold_where_a_worker_gives_nothing_else(open_engine: Open) -> None:
    team = answering("It is 4,321.", stranger=says("Found 4321 lines."))
    engine = await open_engine(team)
    evidence = (await engine.over(await engine.ask())).evidence
    assert evidence is not None
    (link,) = evidence.links
    assert (link.kind, link.step, link.value) == ("text", "s1", 4321)


async def test_two_workers_that_disagree_are_told(open_engine: Open) -> None:
    one, other = (
        Digest(facts=(FactDigest(key="average", params={"column": "age", "value": value}),))
        for value in (40.5, 41.25)
    )
    team = answering("Done.", pandas=computes(one), eda=computes(other))
    engine = await open_engine(team)
    evidence = (await engine.over(await engine.ask())).evidence
    assert evidence is not None
    (contradiction,) = evidence.contradictions
    assert [(side.step, side.value) for side in contradiction.sides] == [
        ("s1", 40.5),
        ("s2", 41.25),
    ]


async def test_a_new_answer_is_checked_anew(open_engine: Open) -> None:
    answer = "Seoul sold 1,234.57."
    team = answering(answer, pandas=computes(Digest(tables=(TABLE,))))
    engine = await open_engine(team)
    run = await engine.ask()
    await engine.over(run)
    team.answer, second = "Busan sold 98.25 and 31.75.", Digest(tables=(TABLE,), text="31.75")
    team.workers["a2a:pandas"] = computes(Digest(), second)
    await engine.runs.retry(LOCAL_OWNER, run, "s1")
    evidence = (await engine.over(run)).evidence
    assert evidence is not None
    assert [(link.call, link.text) for link in evidence.links] == [
        ("call1", "98.25"),
        ("call1", "31.75"),
    ]
    assert evidence.unsupported == ()


async def test_an_answer_that_was_not_written_is_not_checked(open_engine: Open) -> None:
    team = answering("", pandas=computes(Digest(tables=(TABLE,))))
    engine = await open_engine(team)
    assert (await engine.over(await engine.ask())).evidence is None

    usual = team.workers[ORCHESTRATOR]

    async def breaking(job: Scripted) -> AsyncIterator[WorkerEvent]:
        script = fails(RuntimeError("gone"), "Seoul 1,234.57")
        wanted = job.work.orchestration
        async for event in (script if isinstance(wanted, Summarize) else usual)(job):
            yield event

    team.workers[ORCHESTRATOR] = breaking
    view = await engine.over(await engine.ask())
    assert view.lane(SUMMARY_STEP).state == "failed"
    assert view.evidence is None
