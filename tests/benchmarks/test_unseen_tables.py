"""How the reader does on tables that nothing was learned from: a floor, so that no change makes it
tell wrong answers as right."""

import pytest

from benchmarks.reading.folds import unseen
from benchmarks.reading.outcome import Outcome
from benchmarks.reading.proposed import Questions
from benchmarks.reading.unseen import outcomes

EVERY = 5
"""Every fifth table is asked about, to be quick; `python -m benchmarks.reading.unseen` asks about
all."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    return list(outcomes(Questions(tmp_path_factory.mktemp("readings")), unseen()[::EVERY]))


def test_there_are_enough_to_tell(found: list[Outcome]) -> None:
    assert len(unseen()) >= 60
    assert len(found) >= 250


def test_what_is_told_as_sure_is_hardly_ever_wrong(found: list[Outcome]) -> None:
    wrong = [one.label.id for one in found if one.band == "sure" and not one.among(1)]
    assert len(wrong) <= 0.03 * len(found), wrong


def test_what_cannot_be_answered_is_not_told_as_sure(found: list[Outcome]) -> None:
    impossible = [one for one in found if one.label.why]
    told = [one.label.id for one in impossible if one.band == "sure"]
    assert len(told) <= 0.02 * len(impossible), told


def test_a_good_part_is_right_at_once_or_one_click_away(found: list[Outcome]) -> None:
    answerable = [one for one in found if one.label.readings and not one.label.after]
    assert sum(one.among(1) for one in answerable) >= 0.4 * len(answerable)
    assert sum(one.among(3) for one in answerable) >= 0.5 * len(answerable)
