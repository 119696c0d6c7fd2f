"""Measures that are spoken of and not there: made first where they can be, else said."""

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import KOREAN, Language
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import AgentEntry, Roster
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.arguments.derived import derived, missed
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from tests.llm.embedded.conftest import builder_of


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("지점별 매출을 비교해줘", "ko", {"매출"}),
        ("Revenue by store", "en", {"revenue"}),
        ("지점별 판매량", "ko", set()),
        ("지점별 이익", "ko", {"이익"}),
        ("데이터를 분석해줘", "ko", set()),
    ],
)
def test_what_no_column_stands_for(
    embedding: Embedding, cafe: Dataset, text: str, language: Language, names: set[str]
) -> None:
    assert set(missed(embedding, text, [cafe], language).values()) == names


def test_nothing_is_missed_that_another_dataset_has(
    embedding: Embedding, cafe: Dataset, sales: Dataset
) -> None:
    assert missed(embedding, "지점별 매출", [cafe, sales], KOREAN) == {}


def test_only_what_has_its_parts_can_be_made(
    embedding: Embedding, cafe: Dataset, orders: Dataset
) -> None:
    made = derived(embedding, {"revenue": "매출"}, [orders, cafe], KOREAN)
    assert made is not None
    assert made.request == "수량과 단가를 곱해서 ‘매출’ 열을 만들어줘"
    assert made.dataset.id == cafe.id
    assert made.dataset.column("매출") is not None
    assert derived(embedding, {"profit": "이익"}, [cafe], KOREAN) is None


def test_the_column_is_made_first_and_a_follow_up_finds_it(
    embedding: Embedding, roster: Roster, wrangler: AgentEntry, cafe: Dataset
) -> None:
    team = roster.model_copy(update={"agents": (*roster.agents, wrangler)})
    planner = builder_of(embedding)
    asked = Question(text="지점별 매출 차이가 유의한지 검정해줘", language="ko", datasets=(cafe,))
    *words, plan = planner.plan(asked, team)
    assert isinstance(plan, Plan)
    first, test = plan.steps
    assert (first.worker, first.after) == ("a2a:wrangler", ())
    assert (test.worker, test.after) == ("mcp:statistics/compare", (first.id,))
    # Whatever the new dataset is called, it is the one that the tool is given.
    assert test.arguments == {"measure": "매출", "group": "지점"}
    assert "매출" in "".join(map(str, words))
    turn = Turn(question=asked.text, steps=tuple(s.model_dump() for s in plan.steps))
    made = derived(embedding, {"revenue": "매출"}, [cafe], KOREAN)
    assert made is not None
    new = made.dataset.model_copy(update={"id": "d4", "name": "카페 (파생 열)"})
    again = Question(text="이번엔 2024년만", language="ko", datasets=(cafe, new), history=(turn,))
    *_, plan = planner.plan(again, team)
    assert isinstance(plan, Plan)
    (step,) = plan.steps
    assert step.worker == "mcp:statistics/compare"
    assert step.arguments is not None
    assert step.arguments["dataset"] == f"dataset:{new.name}"


def test_nobody_counts_on_a_column_that_nobody_can_make(
    embedding: Embedding, roster: Roster, cafe: Dataset
) -> None:
    asked = Question(text="지점별 매출 차이가 유의한지 검정해줘", language="ko", datasets=(cafe,))
    *words, plan = builder_of(embedding).plan(asked, roster)
    assert isinstance(plan, Plan)
    (test,) = plan.steps
    assert test.arguments is not None
    assert test.arguments["measure"] in ("수량", "단가")
    assert "‘매출’에 해당하는 열이 없어" in "".join(map(str, words))


def test_what_cannot_be_made_is_said(embedding: Embedding, roster: Roster, cafe: Dataset) -> None:
    asked = Question(text="지점별 이익 합계를 구해줘", language="ko", datasets=(cafe,))
    *words, plan = builder_of(embedding).plan(asked, roster)
    assert isinstance(plan, Plan)
    assert "‘이익’에 해당하는 열이 없어" in "".join(map(str, words))
