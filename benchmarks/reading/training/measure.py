"""How often the network finds what was meant."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.reading.agreement import agree
from benchmarks.reading.labels import labelled
from benchmarks.reading.training.labelled import Material
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.network.network import Network, Parse
from cherry_reflex.llm.embedded.reading.linked import Linked

RANKS = (1, 3, 5, 10)
SURE = 0.5
"""Likelihood from which on the network says that nothing is meant that a reading says."""


@dataclass
class Score:
    """Counts of one kind of questions: `found` by rank among the answerable ones."""

    answerable: int = 0
    found: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    impossible: int = 0
    refused_rightly: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, parse: Parse, right: tuple[Reading, ...], seconds: float) -> None:
        """Count a question."""
        self.seconds.append(seconds)
        if not right:
            self.impossible += 1
            self.refused_rightly += parse.nothing > SURE
            return
        self.answerable += 1
        self.refused += parse.nothing > SURE
        for place, proposal in enumerate(parse.proposals):
            if any(agree(proposal.reading, one) for one in right):
                for rank in RANKS:
                    self.found[rank] += place < rank
                return

    def __str__(self) -> str:
        """Write the shares in a line."""
        shares = ", ".join(
            f"{'first' if rank == 1 else f'among {rank}'} {self.found[rank] / self.answerable:.1%}"
            for rank in RANKS
            if self.answerable
        )
        nothing = f"{self.refused_rightly}/{self.impossible}" if self.impossible else "-"
        mean = sorted(self.seconds)[len(self.seconds) // 2] * 1000
        return (
            f"{self.answerable} answerable: {shares}; refused {self.refused}; "
            f"impossible refused {nothing}; median {mean:.0f} ms"
        )


def measured(
    network: Network, questions: Iterable[tuple[Linked, Material, tuple[Reading, ...]]]
) -> dict[str, Score]:
    """Return the scores by language."""
    scores: dict[str, Score] = {}
    for linked, material, right in questions:
        began = time.perf_counter()
        parse = network.parse(linked)
        spent = time.perf_counter() - began
        scores.setdefault(material.language, Score()).add(parse, right, spent)
        scores.setdefault("all", Score()).add(parse, right, spent)
    return scores


def rights(table: str) -> dict[str, tuple[Reading, ...]]:
    """Return the right readings of a table's labelled questions by their text."""
    return {label.text: label.readings for label in labelled(table)}
