"""Proposes readings by a pointer network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.network.batch import batch_of
from cherry_reflex.llm.embedded.network.beam import search
from cherry_reflex.llm.embedded.network.features import features_of
from cherry_reflex.llm.embedded.network.forward import encoded
from cherry_reflex.llm.embedded.network.notation.building import build
from cherry_reflex.llm.embedded.network.notation.items import Items, items_of
from cherry_reflex.llm.embedded.network.weighing import weighed
from cherry_reflex.llm.embedded.network.weights import NetworkWeights, read
from cherry_reflex.llm.embedded.reading.durations import forwards
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

WIDTH = 10
"""Readings at most."""


@dataclass(frozen=True)
class Parse:
    """Readings, the likeliest first, and the likelihood (0 to 1) that the question asks for nothing
    that a reading says, or for what the table has not."""

    proposals: tuple[Proposal, ...]
    nothing: float


class Network:
    """A `Proposer`. Loads its weights at the first question; raises Unavailable when they are not
    there. It reads questions that stand alone: a reading before is not looked at."""

    def __init__(
        self,
        embedding: "Embed",
        weights: NetworkWeights | None = None,
    ) -> None:
        self._embed = embedding
        self._weights = weights
        self._last: tuple[Linked, tuple[Items, Any, Any]] | None = None

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = WIDTH
    ) -> Sequence[Proposal]:
        """Return what may be meant, the likeliest first, at most `WIDTH`; nothing where a reading
        is changed, since it knows questions that stand alone."""
        if before is not None:
            return ()
        return self.parse(linked, min(most, WIDTH)).proposals

    def parse(self, linked: Linked, most: int = WIDTH) -> Parse:
        """Return what may be meant, and how likely it is that nothing of the kind is."""
        if not linked.segments or not linked.view.columns:
            return Parse((), 1.0)
        items, batch, x = self._encoded(linked)
        found: dict[Reading, float] = {}
        nothing = 0.0
        for written in search(self._loaded().numbers, batch, x, items, most):
            reading = build(written.pieces, items)
            if reading is None:
                nothing += exp(written.weight)
            else:
                reading = forwards(reading, linked.view)
                found[reading] = found.get(reading, 0.0) + exp(written.weight)
        proposals = sorted(
            (Proposal(reading, "network", log(mass)) for reading, mass in found.items()),
            key=lambda proposal: -proposal.weight,
        )
        return Parse(tuple(proposals), min(1.0, nothing))

    def weigh(self, linked: Linked, readings: Sequence[Reading | None]) -> list[float | None]:
        """Return the logarithm of the likelihood of each reading, whoever proposed it (None among
        them: of nothing that a reading says), and None for those that the network cannot say."""
        if not linked.segments or not linked.view.columns:
            return [None] * len(readings)
        items, batch, x = self._encoded(linked)
        return weighed(self._loaded().numbers, batch, x, items, readings)

    def _encoded(self, linked: Linked) -> tuple[Items, "dict[str, NDArray[np.float32]]", Any]:
        """The encoded question; the last one is kept, since it is proposed for and weighed."""
        import numpy as np

        if self._last is not None and self._last[0] is linked:
            return self._last[1]
        weights = self._loaded()
        items = items_of(linked)
        concepts = {name: place for place, name in enumerate(weights.concepts)}
        lexicon = {word: place for place, word in enumerate(weights.lexicon)}
        batch = batch_of([features_of(items, self._embed, concepts, lexicon)])
        made = items, batch, encoded(np, weights.numbers, batch)
        self._last = linked, made
        return made

    def _loaded(self) -> NetworkWeights:
        if self._weights is None:
            self._weights = read()
        return self._weights
