"""What supports the parts of a reading, and which words are left."""

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.explanation.explanation import Explanation, explain
from cherry_reflex.llm.embedded.reading.linked import Linked
from tests.llm.reading.made import linked
from tests.llm.reading.search.test_binders import (
    COST,
    FUNCTION,
    MEAN,
    NORTH,
    NOT_NORTH,
    REGION,
    SALES,
    TOTAL,
    WORDS,
    limit,
)


def asked(text: str, language: Language = ENGLISH) -> Linked:
    """Return a question of the words that the binders' tests know."""
    return linked(text, WORDS, language, FUNCTION)


def said(question: Linked, explanation: Explanation) -> dict[tuple[str, str], str]:
    """Return for each part, by its kind and key, the words that support it; "" for none."""
    words = [s.text for s in question.segments]
    found: dict[tuple[str, str], str] = {}
    for part, support in zip(explanation.parts, explanation.supports, strict=True):
        candidate = question.candidates[support.candidate] if support else None
        span = words[candidate.first : candidate.last] if candidate else []
        found[part.kind, str(part.key)] = " ".join(span)
    return found


@pytest.mark.parametrize(
    ("text", "language", "reading", "wanted", "left"),
    [
        (
            "total sales by region",
            ENGLISH,
            {"measures": TOTAL, "by": [{"of": REGION}]},
            {("agg", "sum"): "total", ("column", "region"): "region", ("by", ""): "by"},
            (),
        ),
        (
            "북쪽 빼고 매출",
            KOREAN,
            {"measures": TOTAL, "where": NOT_NORTH},
            {("agg", "sum"): "", ("value", "North"): "북쪽", ("negation", ""): "빼고"},
            (),
        ),
        (
            "total sales excluding North",
            ENGLISH,
            {"measures": TOTAL, "where": NORTH},
            {("value", "North"): "North"},
            ("excluding",),
        ),
        (
            "sales above 40",
            ENGLISH,
            {"measures": TOTAL, "where": limit(SALES, ">", 40)},
            {("number", "40"): "40", ("operator", ">"): "above"},
            (),
        ),
        (
            "average sales North",
            ENGLISH,
            {"measures": TOTAL},
            {("agg", "sum"): ""},
            ("average", "North"),
        ),
    ],
)
def test_what_supports_what(
    text: str,
    language: Language,
    reading: dict[str, object],
    wanted: dict[tuple[str, str], str],
    left: tuple[str, ...],
) -> None:
    question = asked(text, language)
    explanation = explain(question, Reading.model_validate(reading))
    found = said(question, explanation)
    assert {key: found[key] for key in wanted} == wanted
    assert explanation.left_words(question) == left


def test_a_number_stands_by_its_own_column() -> None:
    question = asked("sales above 40 cost below 3")
    wanted = {
        "task": "rows",
        "where": {"kind": "all", "parts": [limit(SALES, ">", 40), limit(COST, "<", 3)]},
    }
    found = said(question, explain(question, Reading.model_validate(wanted)))
    assert (found["operator", ">"], found["operator", "<"]) == ("above", "below")


def test_words_that_stand_for_two_parts_are_shared() -> None:
    question = asked("average sales above 40")
    wanted = Reading.model_validate({"measures": MEAN, "where": limit(SALES, ">", 40)})
    shared = [s for s in explain(question, wanted).supports if s is not None and s.is_shared]
    assert len(shared) == 1


def test_what_a_follow_up_keeps_and_drops() -> None:
    from cherry_reflex.llm.embedded.reading.explanation.explanation import Explainer

    question = asked("average by region")
    before = Reading.model_validate({"measures": TOTAL, "where": NORTH})
    after = Reading.model_validate({"measures": MEAN, "by": [{"of": REGION}]})
    explanation = Explainer(question, before).explain(after)
    carried = {explanation.parts[i].kind for i in explanation.carried}
    assert carried == {"column"}
    assert {part.kind for part in explanation.dropped} == {"agg", "column", "value"}
