"""The flow that analysts share: choose, run side by side, show, word; and what happens when an
operation does not fit the data."""

import threading
from typing import Any, ClassVar

import pytest

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.agent import AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest, FactDigest
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Operation, Outcome, Tables, column_field
from tests.agents.conftest import Recorder, ServicesOf
from tests.doubles.scripted_llm import Fills, Says, scripted_llm
from tests.doubles.worker_request import worker_request

CARD = Card(name="test", title="Test", description="Tests.", skills=())


class Total(Operation):
    """The sum of a column, computed from the file."""

    name: ClassVar[str] = "total"
    measure: str = column_field("The column to add up.", *NUMERIC)

    def run(self, tables: Tables) -> Outcome:
        """Add up."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        column = pq.read_table(Tables.path(tables.get(self.dataset)))[self.measure]
        total = pc.sum(column).as_py()
        shown = ArtifactContent(kind="text", title=f"total {total}", data=str(total).encode())
        return Outcome(
            facts=(Fact(key="word.yes", weight=2),),
            artifacts=(shown,),
            code=f"SELECT sum({self.measure})",
            code_language="sql",
        )


class Picky(Operation):
    """Finds data unfit when it runs."""

    name: ClassVar[str] = "picky"

    def run(self, tables: Tables) -> Outcome:
        """Refuse."""
        raise BadInput("dataset_unknown", name="x", names="sales")


MEETING = threading.Barrier(2)


class Meets(Operation):
    """Ends only while another one of its kind runs."""

    name: ClassVar[str] = "meets"
    who: str

    def run(self, tables: Tables) -> Outcome:
        """Wait for the other."""
        MEETING.wait(timeout=20)
        return Outcome(facts=(Fact(key="word.no"),))


def analyst(services: AgentServices) -> Analyst:
    return Analyst(CARD, services, (Total, Picky, Meets), "a tester")


def calls(*listed: tuple[str, dict[str, Any]]) -> Fills:
    return Fills({"calls": [{"operation": name, "arguments": args} for name, args in listed]})


TOTAL = ("total", {"measure": "quantity"})


async def test_choose_run_show_word(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with (
        scripted_llm(calls(TOTAL), Says("It is a lot.")) as llm,
        services_of(llm) as services,
    ):
        await analyst(services).run(worker_request("a2a:test", datasets=(sales,)), context)
        facts = llm.requests[1]["messages"][-1]["content"]
    assert context.kinds() == ["status", "called", "show", "returned", "status", "say"]
    (content,) = context.shown()
    assert read_bytes(content) == b"720"
    assert content.meta == {"code": "SELECT sum(quantity)", "language": "sql"}
    assert ("called", ("total", {"measure": "quantity"})) in context.log
    assert context.said() == "It is a lot."
    assert context.digests == [
        Digest(facts=(FactDigest(key="word.yes"),), others=("text: total 720",))
    ]
    assert '<facts>\n["yes"]' in facts


async def test_operations_run_side_by_side(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    both = calls(("meets", {"who": "a"}), ("meets", {"who": "b"}))
    async with scripted_llm(both, Says("met")) as llm, services_of(llm) as services:
        await analyst(services).run(worker_request("a2a:test", datasets=(sales,)), context)
    assert context.said() == "met"


async def test_unfit_operation_goes_back_once_with_its_reason(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    answers = (calls(("picky", {})), calls(TOTAL), Says("Another way then."))
    async with scripted_llm(*answers) as llm, services_of(llm) as services:
        await analyst(services).run(worker_request("a2a:test", datasets=(sales,)), context)
        told = llm.requests[1]["messages"][-1]["content"]
    assert "what_did_not_work" in told
    assert "picky" in told
    assert "no dataset named" in told
    assert context.said() == "Another way then."
    returns = [value for kind, value in context.log if kind == "returned"]
    assert [ok for _, ok, _ in returns] == [False, True]
    assert "sales" in context.digests[0].error, "what there is instead"
    assert not context.digests[1].error


async def test_what_stays_unfit_is_told_beside_what_worked(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    again = calls(("picky", {}))
    answers = (calls(TOTAL, ("picky", {})), again, Says("A lot."))
    async with scripted_llm(*answers) as llm, services_of(llm) as services:
        await analyst(services).run(
            worker_request("a2a:test", datasets=(sales,), language="ko"), context
        )
    assert context.said().startswith("A lot.")
    assert "`picky` 계산은 하지 못했습니다" in context.said()


async def test_nothing_fits_fails_with_the_reason(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    picky = calls(("picky", {}))
    async with scripted_llm(picky, picky) as llm, services_of(llm) as services:
        with pytest.raises(BadInput) as caught:
            await analyst(services).run(worker_request("a2a:test", datasets=(sales,)), context)
        assert len(llm.requests) == 2
    assert caught.value.code == "dataset_unknown"


async def test_no_data_is_told_without_asking_the_model(
    services_of: ServicesOf, context: Recorder
) -> None:
    async with scripted_llm() as llm, services_of(llm) as services:
        with pytest.raises(BadInput) as caught:
            await analyst(services).run(worker_request("a2a:test"), context)
        assert not llm.requests
    assert caught.value.code == "dataset_missing"


async def test_what_a_person_has_chosen_is_done_without_choosing(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    one = {"operation": "total", "measure": "quantity"}
    other = {"operation": "meets", "who": "b"}
    follows = {"operation": "somebody's next step"}
    for arguments, titles in (
        (one, ["total 720"]),
        (
            {"operations": [one, {**one, "measure": "price"}, follows]},
            ["total 2145.0", "total 720"],
        ),
    ):
        async with scripted_llm(Says("Done.")) as llm, services_of(llm) as services:
            done = Recorder()
            given = worker_request("a2a:test", datasets=(sales,), arguments=arguments)
            await analyst(services).run(given, done)
            assert len(llm.requests) == 1, "for the words alone"
        assert sorted(content.title for content in done.shown()) == titles
    wrong = {"operations": [one, {**other, "who": None}]}
    async with scripted_llm() as llm, services_of(llm) as services:
        with pytest.raises(BadInput, match="arguments_invalid"):
            await analyst(services).run(
                worker_request("a2a:test", datasets=(sales,), arguments=wrong), Recorder()
            )
