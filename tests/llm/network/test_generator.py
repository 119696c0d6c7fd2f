"""Generated questions are varied, fit their tables, and can be written in the network's symbols."""

import random
from collections import Counter
from itertools import islice

import pytest

from benchmarks.reading.generator.concept import concepts, held_domains
from benchmarks.reading.generator.generate import Question, questions
from benchmarks.reading.generator.korean import with_particle
from benchmarks.reading.generator.pattern import Chooser, fill, is_held
from benchmarks.reading.generator.phrases import count
from benchmarks.reading.generator.table import make_table
from cherry_reflex.core.reading.condition import leaves_of
from cherry_reflex.core.reading.expression import ColumnRef, columns_of


@pytest.fixture(scope="module")
def drawn() -> list[Question]:
    """Return questions for training."""
    return list(islice(questions(11), 1500))


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("매출", "을", "매출을"),
        ("단가", "을", "단가를"),
        ("서울", "으로", "서울로"),
        ("부산", "으로", "부산으로"),
        ("3", "이", "3이"),
        ("'북구'", "과", "'북구'와"),
        ("qty", "은", "qty는"),
    ],
)
def test_particles_follow_the_last_sound(word: str, particle: str, expected: str) -> None:
    assert with_particle(word, particle) == expected


def test_choices_and_slots_are_filled() -> None:
    chooser = Chooser(random.Random(2))
    found = {chooser.choose("(show|list) ({m}|{m2|을}|) now") for _ in range(60)}
    assert "show {m2|을} now" in found
    assert fill("{m|이} {x}별", {"m": "매출", "x": "지역"}) == "매출이 지역별"


def test_there_are_many_phrasings_and_both_languages(drawn: list[Question]) -> None:
    assert count() >= 3500
    assert len({question.text for question in drawn}) > 0.97 * len(drawn)
    languages = Counter(question.language for question in drawn)
    assert min(languages.values()) > 0.3 * len(drawn)
    tasks = Counter(q.reading.task if q.reading is not None else "" for q in drawn)
    assert len(tasks) >= 22
    assert 0.08 < tasks[""] / len(drawn) < 0.35


def test_readings_name_columns_that_the_table_has(drawn: list[Question]) -> None:
    for question in drawn:
        if question.reading is None:
            continue
        names = {made.column.name for made in question.table.columns}
        used = {
            ref.name
            for measure in question.reading.measures
            if measure.of is not None
            for ref in columns_of(measure.of)
        }
        for leaf in leaves_of(question.reading.where):
            side = getattr(leaf, "of", None) or getattr(leaf, "left", None)
            used |= {side.name} if isinstance(side, ColumnRef) else set()
        assert used <= names, question


def test_what_is_held_back_is_not_trained_on() -> None:
    held = held_domains()
    assert held
    assert len(held) < len({concept.group.domain for concept in concepts()}) / 2
    for seed in range(30):
        table = make_table(random.Random(seed))
        assert not {c.concept.group.domain for c in table.columns if c.concept is not None} & held
    patterns = [f"pattern {k}" for k in range(40)]
    chooser = Chooser(random.Random(1))
    picked = {chooser.pick("list", patterns) for _ in range(600)}
    assert picked.isdisjoint(p for p in patterns if is_held("list", p))
    asker = Chooser(random.Random(1), held=True)
    assert any(is_held("list", asker.pick("list", patterns)) for _ in range(50))
    assert asker.used_held


def test_the_same_seed_gives_the_same_questions() -> None:
    one = [question.text for question in islice(questions(5), 40)]
    assert one == [question.text for question in islice(questions(5), 40)]
    assert one != [question.text for question in islice(questions(6), 40)]
