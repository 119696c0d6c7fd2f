"""Proposes changes of the reading before."""

from collections.abc import Mapping, Sequence
from heapq import nlargest

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.edit.changes import changes_of
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.search.beam import best_paths
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.search import drafts_of

PATHS = 30


class Edits:
    """A proposer of follow-ups: `and by region?`, `excluding payroll`, `표로`."""

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = 60
    ) -> Sequence[Proposal]:
        """Return at most `most` changes of `before`, the likeliest first; none without it."""
        if before is None:
            return ()
        found: dict[Reading, float] = {}
        for path in best_paths(linked, Prior(linked, self._weights), PATHS):
            for draft in drafts_of(path):
                for reading, weight in changes_of(before, path, draft):
                    if weight > found.get(reading, float("-inf")):
                        found[reading] = weight
        best = nlargest(most, found.items(), key=lambda item: item[1])
        return [Proposal(reading, "edit", weight) for reading, weight in best]
