"""Readings that are proposed, scored and judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import Linked

Source = Literal["search", "network", "edit"]
"""Who proposed a reading: the search over candidates, the network, or a change of the reading
before."""


@dataclass(frozen=True)
class Proposal:
    """A reading that may be meant. `weight` is the proposer's own logarithm of its likelihood,
    comparable among the proposals of one source alone."""

    reading: Reading
    source: Source
    weight: float = 0.0


class Proposer(Protocol):
    """Proposes readings of a question; the best first, at most `most`. `before` is the confirmed
    reading that a follow-up would edit."""

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = 40
    ) -> Sequence[Proposal]:
        """Return what may be meant; nothing when nothing fits."""
        ...


class Weigher(Protocol):
    """Says how likely readings are, whoever proposed them."""

    def weigh(self, linked: Linked, readings: Sequence[Reading | None]) -> Sequence[float | None]:
        """Return the logarithm of each one's likelihood (None among them: of nothing that a reading
        says); None for what cannot be weighed."""
        ...


@dataclass(frozen=True)
class Judged:
    """A reading with the probability (0 to 1) that it is what was meant, the words of the question
    that it does not explain, as written, and which words it takes for which column."""

    reading: Reading
    probability: float
    unused: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Readings:
    """The best readings of a question, most probable first. `elsewhere` is the probability that
    the question asks for what no reading says (a model, a forecast by method, small talk), or for
    what the table has not."""

    best: tuple[Judged, ...] = ()
    elsewhere: float = 0.0
