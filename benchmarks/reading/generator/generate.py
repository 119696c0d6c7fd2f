"""Draws questions: `python -m benchmarks.reading.generator.generate 20` prints some."""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from benchmarks.reading.generator.noise import noisy
from benchmarks.reading.generator.pattern import Chooser
from benchmarks.reading.generator.questions import (
    listed,
    others,
    periods,
    ranked,
    statistics,
    totals,
)
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Impossible, Scene
from benchmarks.reading.generator.table import MadeTable, make_table
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reading import Reading

Kind = Callable[[Scene], Asked]
JOINED: tuple[Kind, ...] = (
    totals.total,
    totals.total,
    ranked.groups,
    statistics.relation,
    statistics.one_column,
    totals.rate,
)
KINDS: tuple[tuple[Kind, int], ...] = (
    (totals.total, 42),
    (totals.share, 5),
    (totals.rate, 8),
    (totals.compare_values, 3),
    (totals.per_entity, 2),
    (totals.pivot, 1),
    (ranked.groups, 13),
    (ranked.having, 4),
    (ranked.rows, 6),
    (ranked.by_adjective, 5),
    (listed.rows, 10),
    (listed.lookup, 3),
    (listed.distinct, 2),
    (statistics.relation, 5),
    (statistics.test, 4),
    (statistics.one_column, 8),
    (periods.compared, 4),
    (periods.growth, 3),
    (others.named, 9),
    (others.nothing, 6),
    (partial(others.two, kinds=JOINED), 4),
    (partial(others.half, kinds=JOINED), 2),
)
GONE, ABSENT = 0.07, 0.04
"""Shares of questions whose column is taken from the table, and whose value the table has not."""


@dataclass(frozen=True)
class Question:
    """A question about a table with its reading (None: nothing that a reading says)."""

    text: str
    language: Language
    table: MadeTable
    reading: Reading | None


def questions(
    seed: int, held_tables: bool = False, held_phrasings: bool = False
) -> Iterator[Question]:
    """Yield questions without end. `held_tables` takes the domains, `held_phrasings` the phrasings
    that are kept out of training (each question then has at least one)."""
    rnd = random.Random(seed)
    table, left = make_table(rnd, held_tables), rnd.randint(5, 14)
    while True:
        if left == 0:
            table, left = make_table(rnd, held_tables), rnd.randint(5, 14)
        left -= 1
        language = rnd.choice(("en", "ko")) if rnd.random() < 0.4 else table.language
        if table.language == "en" and rnd.random() < 0.25:
            language = "ko"
        chooser = Chooser(rnd, held_phrasings)
        scene = Scene(rnd, chooser, table, language, absent_value=rnd.random() < ABSENT)
        kind = rnd.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
        try:
            text, reading = kind(scene)
        except Impossible:
            continue
        if held_phrasings and not chooser.used_held:
            continue
        shown = table
        if scene.replaced:
            reading = None
        elif reading is not None and scene.said and rnd.random() < GONE:
            shown, reading = table.without((rnd.choice(scene.said),)), None
        if len(shown.columns) < 2:
            continue
        yield Question(noisy(scene, text), Language(language), shown, reading)


def main() -> None:
    """Print questions."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    drawn = questions(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for _, question in zip(range(count), drawn, strict=False):
        said = question.reading
        print(question.text, "=>", said.model_dump_json(exclude_defaults=True) if said else None)


if __name__ == "__main__":
    main()
