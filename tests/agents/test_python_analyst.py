"""Python through the ad-hoc analyst: typed by a person, or written by a model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cherry_reflex.agents.pandas import CARD, create
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.agent import AgentServices
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.worker import WorkerRequest
from tests.agents.conftest import Recorder, ServicesOf, services
from tests.doubles.competent_llm import results_of, sections_of
from tests.doubles.scripted_llm import Calls, Says, scripted_llm
from tests.doubles.worker_request import worker_request

CODE = "print('안녕')\nsales.groupby('region').price.sum()"


def with_python(given: AgentServices) -> AgentServices:
    """Return services of a computer on which Python is run."""
    return replace(given, no_python="")


def typed(code: str, sales: Dataset, **more: Any) -> WorkerRequest:
    """Return the request that `@python …` makes."""
    arguments = {"operation": "python", "code": code}
    given = {"request": code, "arguments": arguments, "datasets": (sales,), **more}
    return worker_request("a2a:pandas", **given)


def written(code: str) -> Calls:
    """Return the turn of a model that writes code."""
    return Calls((("call", {"name": "python", "arguments": {"code": code}}),))


@pytest.fixture
def nobody_plans(tmp_path: Path) -> AgentServices:
    """Return services without any planner: typed code needs none."""
    return with_python(services(None, tmp_path))  # type: ignore[arg-type]


async def test_typed_code_is_run_and_what_it_leaves_is_said(
    nobody_plans: AgentServices, context: Recorder, sales: Dataset
) -> None:
    await create(nobody_plans).run(typed(CODE, sales, language=KOREAN), context)
    text, table = context.shown()
    assert "안녕" in read_bytes(text).decode()
    assert table.meta["columns"] == ["region", "price"]
    said = context.said()
    assert said.startswith("출력된 내용:\n```\n안녕\n```")
    assert "2행 2열입니다" in said
    assert "처음 몇 행" not in said, "the person sees the table itself"


async def test_what_it_leaves_can_be_run_again(
    nobody_plans: AgentServices, context: Recorder, sales: Dataset
) -> None:
    await create(nobody_plans).run(typed(CODE, sales), context)
    for content in context.shown():
        assert (content.meta["code"], content.meta["language"]) == (CODE, "python")
        redo = content.meta["redo"]
        assert redo["slots"]["code"] == {"code": "python"}
        assert (redo["operation"], redo["arguments"]) == ("python", {"dataset": "d1"})
        assert redo["call"] == "c1"


async def test_changed_code_of_an_artifact_is_run(
    nobody_plans: AgentServices, context: Recorder, sales: Dataset
) -> None:
    await create(nobody_plans).run(typed(CODE, sales), context)
    redo = context.shown()[0].meta["redo"]
    changed = {"operation": redo["operation"], **redo["arguments"], "code": "sales.price.max()"}
    again = Recorder()
    work = typed("sales.price.max()", sales, arguments={"operations": [changed]})
    await create(nobody_plans).run(work, again)
    assert again.said() == "`sales.price.max()` is `17.0`"


async def test_code_that_fails_can_be_changed_and_run_again(
    nobody_plans: AgentServices, context: Recorder, sales: Dataset
) -> None:
    with pytest.raises(BadInput, match="python_failed") as failed:
        await create(nobody_plans).run(typed("x = 1\nsales.cost", sales), context)
    assert failed.value.params["line"] == 2
    (content,) = context.shown()
    assert "failed in line 2 (`sales.cost`)" in read_bytes(content).decode()
    assert content.meta["code"] == "x = 1\nsales.cost"
    assert content.meta["redo"]["slots"]["code"] == {"code": "python"}


async def test_names_go_on_in_a_conversation(
    nobody_plans: AgentServices, context: Recorder, sales: Dataset
) -> None:
    agent = create(nobody_plans)
    await agent.run(typed("best = sales.price.max()", sales), context)
    await agent.run(typed("best", sales), context)
    assert "`best` is `17.0`" in context.said()
    other = typed("best", sales).model_copy(update={"conversation_id": "another"})
    with pytest.raises(BadInput, match="python_failed"):
        await agent.run(other, context)


@pytest.mark.parametrize("why", ["python_off", "python_unsafe"])
async def test_it_is_refused_where_it_is_not_run(
    why: str, context: Recorder, sales: Dataset, tmp_path: Path
) -> None:
    refusing = replace(services(None, tmp_path), no_python=why)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=why):
        await create(refusing).run(typed(CODE, sales), context)
    assert not context.shown()


def test_the_card_says_it_where_code_is_run(nobody_plans: AgentServices, tmp_path: Path) -> None:
    assert "Runs Python code" in create(nobody_plans).card.description
    unless_told = services(None, tmp_path)  # type: ignore[arg-type]
    assert create(unless_told).card is CARD


async def test_a_model_writes_code_and_reads_what_it_left(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with scripted_llm(written(CODE), Says("Seoul leads.")) as llm:
        async with services_of(llm) as given:
            work = worker_request("a2a:pandas", request="Which region?", datasets=(sales,))
            await create(with_python(given)).run(work, context)
        asked, worded = llm.requests
    assert "python(code;" in sections_of(asked)["operations"]
    (told,) = results_of(worded)
    assert "안녕" in told
    sums = pd.read_parquet(Tables.path(sales)).groupby("region")["price"].sum()
    assert all(name in told and f"{total:g}" in told for name, total in sums.items())
    assert context.said() == "Seoul leads."
    assert [content.kind for content in context.shown()] == ["text", "table"]


async def test_a_model_is_told_the_line_that_failed_and_tries_again(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    wrong, right = written("a = 1\nsales.cost.sum()"), written("sales.price.sum()")
    async with scripted_llm(wrong, right, Says("Done.")) as llm:
        async with services_of(llm) as given:
            work = worker_request("a2a:pandas", request="The sum?", datasets=(sales,))
            await create(with_python(given)).run(work, context)
        told, _ = results_of(llm.requests[2])
    assert "failed in line 2 (`sales.cost.sum()`): AttributeError" in told
    assert len(context.shown()) == 1, "what failed is the model's own affair"


async def test_a_model_is_told_the_names_that_are_there(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    work = worker_request("a2a:pandas", request="And now?", datasets=(sales,))
    async with scripted_llm(written("best"), Says("So it is.")) as llm, services_of(llm) as given:
        agent = create(with_python(given))
        await agent.run(typed("best = sales.head(3)", sales), context)
        await agent.run(work, context)
        (told,) = sections_of(llm.requests[0])["known"]
    assert told == (
        "Names that earlier Python code of this conversation left: best (DataFrame 3 × 4)"
    )


async def test_code_of_the_orchestrators_model_is_run_without_another_call(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    work = typed("print('total', sales.price.sum())", sales, request="Total price")
    async with scripted_llm() as llm, services_of(llm) as given:
        await create(with_python(given)).run(work, context)
        assert not llm.requests
    total = pd.read_parquet(Tables.path(sales))["price"].sum()
    assert f"total {total}" in context.said()
    failing = typed("sales.cost", sales, request="Total cost")
    async with scripted_llm() as llm, services_of(llm) as given:
        with pytest.raises(BadInput, match="python_failed"):
            await create(with_python(given)).run(failing, failed := Recorder())
    (digest,) = failed.digests
    assert "failed in line 1 (`sales.cost`): AttributeError" in digest.error


async def test_a_model_is_not_offered_what_is_not_run(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    call = Calls((("call", {"name": "describe_column", "arguments": {"column": "price"}}),))
    async with scripted_llm(call, written("1"), Says("So.")) as llm:
        async with services_of(llm) as given:
            work = worker_request("a2a:pandas", request="How high is it?", datasets=(sales,))
            await create(given).run(work, context)
        listed = sections_of(llm.requests[0])["operations"]
        (_, refused) = results_of(llm.requests[2])
    assert "describe_column(" in listed and "python" not in listed
    assert refused.startswith("ERROR: There is no operation 'python'")
