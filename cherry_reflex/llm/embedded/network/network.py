"""Proposes readings by a pointer network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.network.batch import batch_of
from cherry_reflex.llm.embedded.network.beam import search
from cherry_reflex.llm.embedded.network.features import features_of
from cherry_reflex.llm.embedded.network.forward import encoded
from cherry_reflex.llm.embedded.network.notation.building import build
from cherry_reflex.llm.embedded.network.notation.items import items_of
from cherry_reflex.llm.embedded.network.weights import NetworkWeights, read
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

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = WIDTH
    ) -> Sequence[Proposal]:
        """Return what may be meant, the likeliest first, at most `WIDTH`."""
        return self.parse(linked, min(most, WIDTH)).proposals

    def parse(self, linked: Linked, most: int = WIDTH) -> Parse:
        """Return what may be meant, and how likely it is that nothing of the kind is."""
        import numpy as np

        if not linked.segments or not linked.view.columns:
            return Parse((), 1.0)
        weights = self._loaded()
        items = items_of(linked)
        concepts = {name: place for place, name in enumerate(weights.concepts)}
        lexicon = {word: place for place, word in enumerate(weights.lexicon)}
        batch = batch_of([features_of(items, self._embed, concepts, lexicon)])
        x = encoded(np, weights.numbers, batch)
        found: dict[Reading, float] = {}
        nothing = 0.0
        for written in search(weights.numbers, batch, x, items, most):
            reading = build(written.pieces, items)
            if reading is None:
                nothing += exp(written.weight)
            else:
                found[reading] = found.get(reading, 0.0) + exp(written.weight)
        proposals = sorted(
            (Proposal(reading, "network", log(mass)) for reading, mass in found.items()),
            key=lambda proposal: -proposal.weight,
        )
        return Parse(tuple(proposals), min(1.0, nothing))

    def _loaded(self) -> NetworkWeights:
        if self._weights is None:
            self._weights = read()
        return self._weights
