"""The flow that analysts share: choose, run side by side, show, word; and what happens when an
operation does not fit the data."""

from pathlib import Path
from typing import cast

import pytest

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.planner import Planner
from tests.agents.conftest import Recorder, ServicesOf, services
from tests.agents.operations import Picky, Total, analyst
from tests.agents.planning import Chooses
from tests.doubles.scripted_llm import scripted_llm
from tests.doubles.worker_request import worker_request


def chooser(planner: Chooses, folder: Path) -> Analyst:
    """Return the analyst without a language model."""
    return analyst(services(cast(Planner, planner), folder))


async def test_without_a_model_the_planner_chooses_and_words(
    context: Recorder, sales: Dataset, tmp_path: Path
) -> None:
    planner = Chooses((Total(measure="quantity"),))
    await chooser(planner, tmp_path).run(worker_request("a2a:test", datasets=(sales,)), context)
    assert context.kinds() == ["status", "called", "show", "returned", "status", "say"]
    (content,) = context.shown()
    assert read_bytes(content) == b"720"
    assert context.said() == "yes"


async def test_unfit_operation_goes_back_to_the_planner_once_with_its_reason(
    context: Recorder, sales: Dataset, tmp_path: Path
) -> None:
    planner = Chooses((Picky(),), (Total(measure="quantity"),))
    await chooser(planner, tmp_path).run(worker_request("a2a:test", datasets=(sales,)), context)
    (told,) = planner.asked[1].problems
    assert "picky" in told and "no dataset named" in told
    assert context.said() == "yes"
    returns = [value for kind, value in context.log if kind == "returned"]
    assert [ok for _, ok, _ in returns] == [False, True]


async def test_what_stays_unfit_is_told_beside_what_worked(
    context: Recorder, sales: Dataset, tmp_path: Path
) -> None:
    planner = Chooses((Total(measure="quantity"), Picky()), (Picky(),))
    work = worker_request("a2a:test", datasets=(sales,), language=KOREAN)
    await chooser(planner, tmp_path).run(work, context)
    assert context.said().startswith("예")
    assert "`picky` 계산은 하지 못했습니다" in context.said()


async def test_nothing_fits_fails_with_the_reason(
    context: Recorder, sales: Dataset, tmp_path: Path
) -> None:
    planner = Chooses((Picky(),), (Picky(),))
    with pytest.raises(BadInput) as caught:
        await chooser(planner, tmp_path).run(worker_request("a2a:test", datasets=(sales,)), context)
    assert len(planner.asked) == 2
    assert caught.value.code == "dataset_unknown"


async def test_no_data_is_told_without_asking_the_model(
    services_of: ServicesOf, context: Recorder
) -> None:
    async with scripted_llm() as llm, services_of(llm) as given:
        with pytest.raises(BadInput) as caught:
            await analyst(given).run(worker_request("a2a:test"), context)
        assert not llm.requests
    assert caught.value.code == "dataset_missing"


async def test_what_was_chosen_is_done_and_told_without_asking_the_model(
    services_of: ServicesOf, sales: Dataset
) -> None:
    """By a person, or by the orchestrator's model, which words the answer itself."""
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
        async with scripted_llm() as llm, services_of(llm) as given:
            done = Recorder()
            work = worker_request("a2a:test", datasets=(sales,), arguments=arguments)
            await analyst(given).run(work, done)
            assert not llm.requests
        assert sorted(content.title for content in done.shown()) == titles
        assert done.said() == "yes", "each sentence once"
        sevenths = sorted(digest.facts[0].params["seventh"] for digest in done.digests)
        assert sevenths == [float(title.split()[1]) / 7 for title in reversed(titles)]
    wrong = {"operations": [one, {**other, "who": None}]}
    async with scripted_llm() as llm, services_of(llm) as given:
        with pytest.raises(BadInput, match="arguments_invalid"):
            await analyst(given).run(
                worker_request("a2a:test", datasets=(sales,), arguments=wrong), Recorder()
            )


async def test_what_of_the_chosen_failed_is_told_beside_what_worked(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    both = [{"operation": "total", "measure": "quantity"}, {"operation": "picky"}]
    work = worker_request(
        "a2a:test", datasets=(sales,), language=KOREAN, arguments={"operations": both}
    )
    async with scripted_llm() as llm, services_of(llm) as given:
        await analyst(given).run(work, context)
    assert context.said().startswith("예")
    assert "`picky` 계산은 하지 못했습니다" in context.said()
    (error,) = (digest.error for digest in context.digests if digest.error)
    assert "no dataset named" in error
