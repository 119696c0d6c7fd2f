"""What one step made, a later one reads: tables of results by name, and newest versions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.agents.sql_query import SqlQuery
from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.events import DigestAdded, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.plan import Step
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.run_view import RunView
from cherry_reflex.core.worker import ArtifactProduced, WorkerCall, WorkerEvent, WorkerRequest
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.intake import Intake
from cherry_reflex.engine.orchestrator_client import OrchestratorClient
from cherry_reflex.engine.result_tables import ResultTables, names_in, result_number
from cherry_reflex.engine.runs import Runs
from cherry_reflex.engine.step_runner import StepRunner
from cherry_reflex.engine.workflow import Workflow
from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import own_servers
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from tests.engine.scripted_workers import Script, Scripted, ScriptedWorkers

ROOT = Path(__file__).parents[2]
CLEAN = "sales (clean)"


class Both(ScriptedWorkers):
    """Scripted agents, and the tools of a real MCP server."""

    tools: McpWorkers

    def call(self, work: WorkerRequest) -> WorkerCall:  # type: ignore[override]
        if not work.worker.startswith("mcp:"):
            return super().call(work)
        self.asked.append(work)
        return self.tools.call(work)

    async def roster(self, *, fresh: bool = False) -> Roster:
        scripted = await super().roster(fresh=fresh)
        return scripted.model_copy(update={"tools": await self.tools.entries()})


@dataclass
class House:
    """An engine with a sandbox over one conversation with one dataset, `sales`."""

    runs: Runs
    team: Both
    sandbox: Sandbox
    artifacts: ArtifactStore
    results: ResultTables
    conversation: str
    folder: Path

    async def ask(self, *steps: Step) -> RunView:
        self.team.steps = list(steps)
        run_id = await self.runs.start(LOCAL_OWNER, self.conversation, "q")
        return await self.over(run_id)

    async def over(self, run_id: str) -> RunView:
        async def followed() -> None:
            async for _ in self.runs.follow(LOCAL_OWNER, run_id):
                pass

        await asyncio.wait_for(followed(), 30)
        return await self.runs.view(LOCAL_OWNER, run_id)

    def queries(self, sql: str) -> Script:
        """An agent that runs a query over the datasets that it was given."""

        async def script(job: Scripted) -> AsyncIterator[WorkerEvent]:
            folder = self.folder / job.work.step_id
            folder.mkdir(exist_ok=True)
            tables = Tables(datasets=job.work.datasets, folder=folder)
            outcome = await run_operation(self.sandbox, SqlQuery(sql=sql, title="Answer"), tables)
            for content in outcome.artifacts:
                yield ArtifactProduced(content=content)
            yield DigestAdded(call="c", digest=outcome.digest)

        return script

    def makes(self, kind: str, title: str, sql: str) -> Script:
        """A worker of others: it makes a table, and tells no digest."""

        async def script(job: Scripted) -> AsyncIterator[WorkerEvent]:
            path = self.folder / f"{title}.parquet"
            source = f"read_parquet('{Tables.path(job.work.datasets[0])}')"
            duckdb.sql(f"COPY ({sql.format(source=source)}) TO '{path}'")
            yield ArtifactProduced(
                content=ArtifactContent.model_validate(
                    {
                        "kind": kind,
                        "title": title,
                        "filename": "made.parquet",
                        "path": path,
                        "meta": {"parent": job.work.datasets[0].id},
                    }
                )
            )
            yield TextDelta(text="Made.")

        return script


@pytest.fixture
async def house(tmp_path: Path, forkserver: Path) -> AsyncIterator[House]:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    like = own_servers(settings, ROOT / "cherry_reflex" / "i18n", sandbox=forkserver)[0]
    server = like.model_copy(
        update={"name": "arithmetic", "args": ("-m", "tests.doubles.operation_server")}
    )
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(tmp_path / "data"))
        log, datasets = EventLog(database), DatasetStore(database)
        artifacts, sandbox = ArtifactStore(database), Sandbox(settings, forkserver)
        intake = Intake(log, datasets, sandbox)
        conversation = (await Conversations(database).create(LOCAL_OWNER)).id
        csv = tmp_path / "sales.csv"
        csv.write_text("region,amount\nSeoul,1\nSeoul,1\nBusan,5\nJeju,1000\n")
        await intake.upload(conversation, csv, "sales.csv")
        team = Both([])
        team.tools = await stack.enter_async_context(McpWorkers(settings, servers=(server,)))
        results = ResultTables(artifacts, database.layout, sandbox)
        runner = StepRunner(team, artifacts, intake.adopt, results.heads)
        workflow = Workflow(
            OrchestratorClient(team, runner), Broker(runner, 5, 3, results.named), runner
        )
        runs = await stack.enter_async_context(
            Runs(log, Conversations(database), datasets, workflow, question_chars_max=1000)
        )
        yield House(runs, team, sandbox, artifacts, results, conversation, tmp_path)


def _step(step_id: str, worker: str, *after: str, request: str = "do it", **given: object) -> Step:
    return Step(id=step_id, worker=worker, request=request, after=after, arguments=given or None)


async def test_a_later_step_reads_what_an_earlier_one_has_shown(house: House) -> None:
    house.team.workers["a2a:first"] = house.queries(
        "SELECT region, sum(amount) / 7 AS total FROM sales GROUP BY 1 ORDER BY 2"
    )
    house.team.workers["a2a:second"] = house.queries("SELECT max(total) AS top FROM result_1")
    view = await house.ask(
        _step("a", "a2a:first"),
        _step("b", "a2a:second", "a", sql="SELECT max(total) AS top FROM result_1"),
    )
    assert [lane.state for lane in view.lanes] == ["done"] * 4
    (first,), (second,) = view.lane("a").digests, view.lane("b").digests
    assert (first.tables[0].name, second.tables[0].name) == ("result_1", "result_2")
    assert first.tables[0].head[-1] == ("Jeju", 1000 / 7)
    assert second.tables[0].head == ((1000 / 7,),)
    names = [d.name for d in house.team.asked[-2].datasets]
    assert names == ["sales", "result_1"], "after the data itself"
    # So does the next question, also when only its words name the table.
    view = await house.ask(_step("a", "a2a:second", request="result_1에서 가장 큰 값"))
    assert view.lane("a").digests[0].tables[0].name == "result_3"


async def test_what_is_done_again_keeps_its_names_and_whoever_read_them_follows(
    house: House,
) -> None:
    """A turn of a model names what an earlier one has shown: it waits for no step by itself."""
    team, reads = house.team, "SELECT max(n) AS top FROM result_1"
    team.workers["a2a:first"] = house.queries("SELECT count(*) AS n FROM sales")
    team.workers["a2a:second"] = house.queries(reads)
    first = _step("s1", "a2a:first", sql="x").model_copy(update={"turn": 1, "call": "c1"})
    second = _step("s2", "a2a:second", sql=reads).model_copy(update={"turn": 2, "call": "c2"})
    team.turns = [[[first]], [[second]], ["Four."], ["Eight."]]
    run_id = await house.runs.start(LOCAL_OWNER, house.conversation, "q")
    view = await house.over(run_id)
    assert view.plan is not None and view.plan.steps[1].after == ("s1",)
    assert view.lane("s2").digests[0].tables[0].head == ((4,),)
    team.workers["a2a:first"] = house.queries("SELECT 2 * count(*) AS n FROM sales")
    await house.runs.retry(LOCAL_OWNER, run_id, "s1")
    view = await house.over(run_id)
    assert view.lane("s1").digests[0].tables[0].name == "result_1"
    assert view.lane("s2").digests[0].tables[0].head == ((8,),)
    assert view.summary == "Eight."


async def test_a_table_is_profiled_once_and_again_when_its_file_is_gone(house: House) -> None:
    house.team.workers["a2a:first"] = house.queries("SELECT region, amount FROM sales")
    await house.ask(_step("a", "a2a:first"))
    (one,) = await house.results.named(house.conversation, ["result_1", "result_9"])
    (again,) = await house.results.named(house.conversation, ["result_1"])
    assert again is one
    assert (one.rows, [(c.name, c.type) for c in one.columns]) == (
        4,
        [("region", "text"), ("amount", "integer")],
    )
    known = await house.artifacts.tables(house.conversation)
    assert (known["result_1"].id, known["result_1"].rows) == (one.id, 4)
    Tables.path(one).unlink()
    (made,) = await house.results.named(house.conversation, ["result_1"])
    assert made.id == one.id and Tables.path(made).is_file()


async def test_tables_of_workers_that_tell_no_digest_have_their_first_rows_read(
    house: House,
) -> None:
    house.team.workers["a2a:other"] = house.makes(
        "table", "Few", "SELECT amount / 3 AS v FROM {source}"
    )
    house.team.workers["a2a:cleaner"] = house.makes(
        "dataset", CLEAN, "SELECT DISTINCT * FROM {source} ORDER BY 2"
    )
    view = await house.ask(_step("a", "a2a:other"), _step("b", "a2a:cleaner"))
    (told,) = view.lane("a").digests
    assert told.text == "Made." and told.tables[0].name == "result_1"
    assert told.tables[0].head[0] == (1 / 3,)
    (told,) = view.lane("b").digests
    assert (told.tables[0].name, told.tables[0].rows) == (CLEAN, 3)


async def test_a_tool_after_cleaning_reads_what_was_cleaned(house: House) -> None:
    house.team.workers["a2a:cleaner"] = house.makes(
        "dataset", CLEAN, "SELECT * FROM {source} WHERE amount < 1000"
    )
    total = "mcp:arithmetic/total"
    named = {"dataset": "sales", "column": "amount"}
    view = await house.ask(
        _step("a", "a2a:cleaner"),
        _step("b", total, "a", **named),
        _step("c", total, "b", column="amount"),
        _step("d", total, **named),
    )
    assert [lane.state for lane in view.lanes] == ["done"] * 6
    works = {work.step_id: work for work in house.team.asked if work.worker == total}
    assert works["b"].arguments == {"dataset": CLEAN, "column": "amount"}
    assert works["d"].arguments == named, "it waited for nobody"
    values = {step: await _value(house, view, step) for step in "bcd"}
    assert values == {"b": "7", "c": "7", "d": "1007"}
    original = works["d"].datasets[-1]
    assert original.name == "sales"
    by_id = await house.ask(
        _step("a", "a2a:cleaner"), _step("b", total, "a", dataset=original.id, column="amount")
    )
    assert await _value(house, by_id, "b") == "1007"


async def test_steps_of_a_later_round_see_what_earlier_rounds_made(house: House) -> None:
    house.team.workers["a2a:cleaner"] = house.makes(
        "dataset", CLEAN, "SELECT * FROM {source} WHERE amount < 1000"
    )
    house.team.more = [_step("x", "mcp:arithmetic/total", dataset="sales", column="amount")]
    house.team.look_again = True
    view = await house.ask(_step("a", "a2a:cleaner"))
    assert await _value(house, view, "r1") == "7"


async def _value(house: House, view: RunView, step: str) -> str:
    (ref,) = view.lane(step).artifacts
    _, path = await house.artifacts.get(LOCAL_OWNER, ref.id)
    return path.read_text()


def test_names_are_found_as_whole_words() -> None:
    said = names_in("result_2를 result_10과 비교; my_result_3, result_4x", {"sql": "FROM result_7"})
    assert said == ["result_2", "result_10", "result_7"]
    assert (result_number("result_12"), result_number("sales")) == (12, 0)
    assert len(names_in(" ".join(f"result_{n}" for n in range(1000)))) == 20
