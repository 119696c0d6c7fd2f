"""Binds what is wished beside the answer: a chart, a file, a method by name."""

from collections.abc import Iterator
from typing import get_args

from cherry_reflex.core.reading.reading import ChartKind
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.path import Path


def bind_wishes(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with the chart, the file and the method that are named."""
    for place in draft.free(path.places("chart")):
        kind = path.tokens[place].detail
        chart = kind if kind in get_args(ChartKind) and draft.chart in ("", "any") else "any"
        draft = draft.using(place, chart=draft.chart if chart == "any" and draft.chart else chart)
    for place in draft.free(path.places("export"))[:1]:
        draft = draft.using(place, export=path.tokens[place].detail or "xlsx")
    for place in draft.free(path.places("method"))[:1]:
        draft = draft.using(place, method=path.tokens[place].detail)
    yield draft
