"""Tasks that a reading names go to the operation that does them, with the reading's columns."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Question
from cherry_reflex.core.reading.condition import All, AnyOf, Comparison, Membership, Not
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.llm.embedded.named_steps import doers, filters_of
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster
from tests.llm.reading.joining.shop import VISITS

APPLIANCES = Dataset(
    id="a", name="appliances", rows=132,
    columns=(
        Column(name="품목", type="category", dtype="VARCHAR", distinct=4,
               examples=("냉장고", "세탁기", "에어컨", "청소기")),
        Column(name="판매월", type="date", dtype="DATE", distinct=33, minimum="2023-01-01",
               maximum="2025-09-01"),
        Column(name="판매대수", type="integer", dtype="BIGINT", minimum=100, maximum=1100,
               distinct=120),
    ),
)  # fmt: skip
SURVEY = Dataset(
    id="s", name="survey", rows=300,
    columns=(
        Column(name="age_band", type="category", dtype="VARCHAR", distinct=3,
               examples=("20s", "30s", "40s")),
        Column(name="would_recommend", type="integer", dtype="BIGINT", minimum=0, maximum=10,
               distinct=11, examples=(0, 5, 10)),
        Column(name="comment", type="text", dtype="VARCHAR", distinct=280,
               examples=("good", "too slow")),
    ),
)  # fmt: skip


def col(name: str, grain: str = "") -> ColumnRef:
    return ColumnRef.model_validate({"name": name, "grain": grain})


async def test_everybody_who_does_a_named_task_is_on_the_team() -> None:
    roster = own_roster()
    agents = {f"a2a:{agent.name}" for agent in roster.agents}
    tools = {f"mcp:{server.name}/{tool.name}" for server in roster.tools for tool in server.tools}
    assert {doer.worker for doer in doers().values()} <= agents | tools


def test_conditions_are_said_as_filters_or_not_at_all() -> None:
    north = Comparison(left=col("region"), op="=", right="North")
    in_2024 = Comparison(left=col("day", "year"), op="=", right=2024)
    either = Membership(of=col("size"), values=("S", "M"))
    where = All(parts=(Not(part=north), in_2024, either))
    assert filters_of(Reading(task="forecast", where=where)) == [
        {"column": "region", "op": "!=", "value": "North"},
        {"column": "day", "op": "year", "value": 2024},
        {"column": "size", "op": "in", "value": ["S", "M"]},
    ]
    assert filters_of(Reading(task="forecast")) == []
    assert filters_of(Reading(task="forecast", where=AnyOf(parts=(north, in_2024)))) is None


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("asked", "dataset", "told"),
    [
        ("cohort retention by month", APPLIANCES, "who did something"),
        ("RFM 분석", APPLIANCES, "누가 샀는지"),
        ("RFM segments of the patients", VISITS, "what was paid or bought"),
    ],
)
async def test_what_the_data_have_no_column_for_is_said(
    planner: EmbeddedPlanner, asked: str, dataset: Dataset, told: str
) -> None:
    language = ENGLISH if asked.isascii() else KOREAN
    question = Question(text=asked, language=language, datasets=(dataset,))
    items = [item async for item in planner.plan(question, own_roster())]
    assert all(isinstance(item, str) for item in items), items
    assert told in "".join(map(str, items))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("asked", "dataset", "worker", "wanted"),
    [
        ("NPS by age band", SURVEY, "a2a:pandas",
         {OPERATION: "nps", "score": "would_recommend", "group_by": "age_band"}),
        ("cohort retention of patients by month", VISITS, "a2a:pandas",
         {OPERATION: "cohort_retention", "entity": "patient_id", "date": "visit_date"}),
        ("which clinics make 80% of fees", VISITS, "a2a:pandas",
         {OPERATION: "pareto", "group_by": "clinic_code", "measure": "fee"}),
        ("다음 3개월 냉장고 판매대수 예측", APPLIANCES, "mcp:time_series_forecasting/forecast",
         {"value": "판매대수", "horizon": 3, "filters": [
             {"column": "품목", "value": "냉장고"}]}),
    ],
)  # fmt: skip
async def test_what_is_named_is_done(
    planner: EmbeddedPlanner, asked: str, dataset: Dataset, worker: str, wanted: dict[str, object]
) -> None:
    language = ENGLISH if asked.isascii() else KOREAN
    question = Question(text=asked, language=language, datasets=(dataset,))
    items = [item async for item in planner.plan(question, own_roster())]
    (plan,) = [item for item in items if isinstance(item, Plan)]
    (step,) = plan.steps
    assert step.worker == worker
    arguments = step.arguments or {}
    assert {name: arguments.get(name) for name in wanted} == wanted
