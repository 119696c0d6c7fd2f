"""A person's choice between readings: what a reply stands for, and what it says about a word."""

import pytest

from cherry_reflex.core.planner import Ask
from cherry_reflex.core.reading.condition import Comparison
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.learned import learned
from cherry_reflex.core.reading.reading import Aggregation, Group, Measure, Reading
from cherry_reflex.core.reading.reply import as_json, chosen, plain


def mean(column: str, agg: Aggregation = "mean", by: str = "") -> Reading:
    groups = (Group(of=ColumnRef(name=by)),) if by else ()
    return Reading(measures=(Measure(agg=agg, of=ColumnRef(name=column)),), by=groups)


FARE, AGE = mean("fare"), mean("age")
OPTIONS = ("Mean of **fare**", "**나이** 평균")
OWN = mean("fare", by="class")


@pytest.mark.parametrize(
    ("reply", "reading"),
    [
        ("Mean of **fare**", FARE),
        (" Mean of fare ", FARE),
        ("나이 평균", AGE),
        ("2", AGE),
        ("3", None),
        ("2023", None),
        (OWN.model_dump_json(exclude_defaults=True), OWN),
        ('{"task": "dance"}', None),
        ("{the fare}", None),
        ("what they paid", None),
        ("낸 돈", None),
    ],
)
def test_a_reply_names_an_option_or_writes_a_reading(reply: str, reading: Reading | None) -> None:
    assert chosen(reply, OPTIONS, (FARE, AGE)) == reading


def test_where_no_readings_are_offered_every_reply_is_words() -> None:
    assert chosen("2023", ("2023", "2024"), ()) is None
    assert chosen(OWN.model_dump_json(), (), ()) is None


def test_an_option_behind_the_readings_is_none_of_them() -> None:
    options = (*OPTIONS, "Leave it to the painter")
    assert chosen("Mean of fare", options, (FARE, AGE)) == FARE
    assert chosen("Leave it to the painter", options, (FARE, AGE)) is None
    assert chosen("3", options, (FARE, AGE)) is None


def test_a_question_back_has_a_reading_or_a_worker_for_every_option_or_none() -> None:
    assert Ask(prompt="?", options=OPTIONS, choices=(FARE, AGE)).choices == (FARE, AGE)
    asked = Ask(prompt="?", options=OPTIONS, choices=(FARE,), workers=("a2a:eda",))
    assert asked.workers == ("a2a:eda",)
    for choices, workers in (((FARE,), ()), ((FARE, AGE), ("a2a:eda",)), ((), ("a2a:eda",))):
        with pytest.raises(ValueError, match="for every option"):
            Ask(prompt="?", options=OPTIONS, choices=choices, workers=workers)


def test_what_is_kept_of_a_reading_can_be_read_again() -> None:
    reading = Reading(where=Comparison(left=ColumnRef(name="city"), op="=", right="서울"), top=3)
    assert Reading.model_validate(as_json(reading)) == reading
    assert plain("**운임** 평균") == "운임 평균"


def test_one_column_in_place_of_another_says_what_the_word_means() -> None:
    assert learned(AGE, FARE, {"paid": "age"}) == ("paid", "fare")
    assert learned(AGE, FARE, {"낸 돈": "age", "class": "pclass"}) == ("낸 돈", "fare")
    # What was right from the start is confirmed in the same way.
    assert learned(AGE, FARE, {"paid": "fare"}) == ("paid", "fare")
    train = Reading(task="model", target="fare")
    assert learned(train, train.model_copy(update={"target": "age"}), {"it": "fare"}) == (
        "it",
        "age",
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (AGE, FARE, {}),
        (AGE, FARE, {"class": "pclass"}),
        (AGE, FARE, {"paid": "age", "money": "fare"}),
        (AGE, FARE, {"age": "age"}),
        (AGE, FARE, {"Fare": "age"}),
        (AGE, mean("fare", "sum"), {"paid": "age"}),
        (AGE, mean("fare", by="pclass"), {"paid": "age"}),
        (mean("age", by="sex"), mean("fare", by="pclass"), {"paid": "age"}),
        (AGE, AGE, {"paid": "age"}),
        (
            mean("age").model_copy(update={"target": "x"}),
            mean("age"),
            {"paid": "x"},
        ),
    ],
)
def test_nothing_is_learned_that_the_choice_does_not_say(
    before: Reading, after: Reading, words: dict[str, str]
) -> None:
    assert learned(before, after, words) is None
