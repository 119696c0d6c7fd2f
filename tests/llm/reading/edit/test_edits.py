"""What a follow-up may change of the reading before."""

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from tests.llm.reading.made import linked
from tests.llm.reading.search.test_binders import (
    FUNCTION,
    MEAN,
    MONTH,
    NORTH,
    NOT_NORTH,
    PRODUCT,
    REGION,
    TOTAL,
    WORDS,
    limit,
)

BEFORE = {"measures": TOTAL, "by": [{"of": REGION}]}
LAST_MONTH = {
    "kind": "relative", "of": {"kind": "column", "name": "ordered"}, "which": "last",
    "unit": "month",
}  # fmt: skip
CASES: tuple[tuple[str, Language, dict[str, object], dict[str, object]], ...] = (
    ("and by product", ENGLISH, BEFORE, {**BEFORE, "by": [{"of": REGION}, {"of": PRODUCT}]}),
    ("by product", ENGLISH, BEFORE, {**BEFORE, "by": [{"of": PRODUCT}]}),
    ("제품+별", KOREAN, BEFORE, {**BEFORE, "by": [{"of": PRODUCT}]}),
    ("excluding North", ENGLISH, BEFORE, {**BEFORE, "where": NOT_NORTH}),
    ("북쪽 빼고", KOREAN, BEFORE, {**BEFORE, "where": NOT_NORTH}),
    ("average", ENGLISH, BEFORE, {**BEFORE, "measures": MEAN}),
    ("평균", KOREAN, BEFORE, {**BEFORE, "measures": MEAN}),
    ("chart", ENGLISH, BEFORE, {**BEFORE, "chart": "any"}),
    ("막대", KOREAN, BEFORE, {**BEFORE, "chart": "bar"}),
    ("엑셀로", KOREAN, BEFORE, {**BEFORE, "export": "xlsx"}),
    ("top 3", ENGLISH, BEFORE, {**BEFORE, "order": {}, "top": 3}),
    ("지난달", KOREAN, BEFORE, {**BEFORE, "where": LAST_MONTH}),
    ("Tea", ENGLISH, {"measures": TOTAL, "where": NORTH}, {
        "measures": TOTAL,
        "where": {"kind": "all", "parts": [NORTH, limit(PRODUCT, "=", "Tea")]}}),
    ("South", ENGLISH, {"measures": TOTAL, "where": NORTH}, {
        "measures": TOTAL, "where": limit(REGION, "=", "South")}),
    ("by month", ENGLISH, {"measures": TOTAL}, {"measures": TOTAL, "by": [{"of": MONTH}]}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "before", "after"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_what_a_follow_up_changes(
    text: str, language: Language, before: dict[str, object], after: dict[str, object]
) -> None:
    question = linked(text, WORDS, language, FUNCTION)
    proposals = Edits().propose(question, Reading.model_validate(before))
    found = [proposal.reading for proposal in proposals]
    wanted = Reading.model_validate(after)
    assert wanted in found, [r.model_dump(exclude_defaults=True) for r in found[:3]]
    assert found.index(wanted) <= 5
    assert {proposal.source for proposal in proposals} == {"edit"}


def test_nothing_is_changed_without_a_reading_before() -> None:
    assert Edits().propose(linked("by product", WORDS, ENGLISH, FUNCTION)) == ()


def test_words_that_say_nothing_change_nothing() -> None:
    question = linked("well then", {}, ENGLISH)
    before = Reading.model_validate(BEFORE)
    assert all(p.reading != before for p in Edits().propose(question, before))
