"""Proposes readings: the best choices of meanings, each bound in the ways that it allows."""

from collections.abc import Mapping, Sequence
from heapq import nlargest

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.search.against import bind_against
from cherry_reflex.llm.embedded.reading.search.beam import best_paths
from cherry_reflex.llm.embedded.reading.search.contrasts import bind_contrasts
from cherry_reflex.llm.embedded.reading.search.dates import bind_dates
from cherry_reflex.llm.embedded.reading.search.draft import Binder, Draft
from cherry_reflex.llm.embedded.reading.search.expressions import bind_expressions
from cherry_reflex.llm.embedded.reading.search.flags import bind_flags
from cherry_reflex.llm.embedded.reading.search.groups import bind_groups
from cherry_reflex.llm.embedded.reading.search.layout import (
    bind_columns,
    bind_horizon,
    readings_of,
)
from cherry_reflex.llm.embedded.reading.search.measures import bind_measures
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.periods import bind_periods
from cherry_reflex.llm.embedded.reading.search.presence import bind_presence
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.ranking import bind_ranking
from cherry_reflex.llm.embedded.reading.search.results import bind_results
from cherry_reflex.llm.embedded.reading.search.tasks import bind_task
from cherry_reflex.llm.embedded.reading.search.texts import bind_texts
from cherry_reflex.llm.embedded.reading.search.thresholds import bind_thresholds
from cherry_reflex.llm.embedded.reading.search.values import bind_values
from cherry_reflex.llm.embedded.reading.search.wishes import bind_wishes

BINDERS: tuple[Binder, ...] = (
    bind_wishes,
    bind_task,
    bind_values,
    bind_texts,
    bind_presence,
    bind_horizon,
    bind_periods,
    bind_dates,
    bind_against,
    bind_thresholds,
    bind_contrasts,
    bind_flags,
    bind_expressions,
    bind_columns,
    bind_groups,
    bind_measures,
    bind_results,
    bind_ranking,
)
"""In this order: who comes later sees what is used."""
WIDTH = 8
"""Drafts of a path that are kept after each binder."""
PATHS = 80


class Search:
    """A proposer that reads a question by its candidates alone."""

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = 200
    ) -> Sequence[Proposal]:
        """Return at most `most` readings, the likeliest first. `before` plays no part: a question
        is read as if it stood alone."""
        found: dict[Reading, float] = {}
        for path in best_paths(linked, Prior(linked, self._weights), PATHS):
            for draft in drafts_of(path):
                for reading, weight in readings_of(path, draft):
                    if weight > found.get(reading, float("-inf")):
                        found[reading] = weight
        best = nlargest(most, found.items(), key=lambda item: item[1])
        return [Proposal(reading, "search", weight) for reading, weight in best]


def drafts_of(path: Path) -> list[Draft]:
    """Return what a path may be bound to, the likeliest first."""
    drafts = [Draft()]
    for bind in BINDERS:
        following = [found for draft in drafts for found in bind(path, draft)]
        drafts = nlargest(WIDTH, following, key=lambda draft: draft.weight)
    return drafts
