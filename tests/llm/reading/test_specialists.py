"""Who does what no reading says is chosen on the scale on which readings are judged."""

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster
from tests.llm.reading.test_reader import FARES, KOREAN_SALES, SALES


async def made_of(planner: EmbeddedPlanner, text: str, dataset: Dataset, **more: str) -> Plan | Ask:
    language = ENGLISH if text.isascii() else KOREAN
    question = Question.model_validate(
        {"text": text, "language": language, "datasets": (dataset,), **more}
    )
    items = [item async for item in planner.plan(question, own_roster())]
    return next(item for item in items if not isinstance(item, str))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("text", "dataset", "worker"),
    [
        ("clean this up: blank ages, repeated rows", FARES, "a2a:data_cleaning"),
        ("train a model that predicts the fare", FARES, "a2a:ml_modeling"),
        ("draw a heat map of how all the numbers correlate", FARES,
         "mcp:advanced_visualization/correlation_map"),
        ("나이와 매출을 0에서 1 사이로 맞춰줘", KOREAN_SALES,
         "mcp:data_preprocessing/scale_numbers"),
        ("write me a PDF report about this file", SALES, "mcp:report_export/export_report"),
    ],
)  # fmt: skip
async def test_a_specialist_does_what_no_reading_says(
    planner: EmbeddedPlanner, text: str, dataset: Dataset, worker: str
) -> None:
    made = await made_of(planner, text, dataset)
    if isinstance(made, Plan):
        assert worker in [step.worker for step in made.steps]
    else:
        assert worker in made.workers, "not sure, and said: one click away"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("text", ["how many rows have no age", "average fare by sex"])
async def test_what_only_sounds_like_a_specialists_work_is_read(
    planner: EmbeddedPlanner, text: str
) -> None:
    made = await made_of(planner, text, FARES)
    assert isinstance(made, Plan)
    assert [step.worker for step in made.steps] == ["a2a:pandas"]


@pytest.mark.timeout(300)
async def test_who_was_chosen_does_it_whatever_it_sounds_like(planner: EmbeddedPlanner) -> None:
    made = await made_of(planner, "average fare by sex", FARES, worker="a2a:eda")
    assert isinstance(made, Plan)
    assert [(step.worker, step.request) for step in made.steps] == [
        ("a2a:eda", "average fare by sex")
    ]
