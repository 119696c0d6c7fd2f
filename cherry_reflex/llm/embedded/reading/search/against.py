"""Binds `above the average` and `the top 10 %` to the column that they are about."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import AgainstMean, Condition, MeasureRef, TopShare
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

_COLUMNS = ("condition", "measure")


def bind_against(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with comparisons to the mean and shares of the top bound."""
    yield from (found for one in _against_mean(path, draft) for found in _top_share(path, one))


def _against_mean(path: Path, draft: Draft) -> Iterator[Draft]:
    places = draft.free((*path.places("above_mean"), *path.places("below_mean")))
    if not places:
        yield draft
        return
    place = places[0]
    op = ">" if path.tokens[place].kind == "above_mean" else "<"
    for column in path.nearest(place, _COLUMNS, 4, draft.used):
        of = column_ref(path.tokens[column].column)
        made = AgainstMean.model_validate({"of": of, "op": op})
        used = (place, column) if path.tokens[column].kind == "condition" else (place,)
        weight = 0.0 if path.tokens[column].kind == "condition" else -0.3
        yield draft.using(*used, weight=weight, conditions=(*draft.conditions, Bound(made, place)))
    if path.places("group"):
        result = AgainstMean.model_validate({"of": MeasureRef(), "op": op})
        yield draft.using(place, weight=-0.2, having=(*draft.having, result))


def _top_share(path: Path, draft: Draft) -> Iterator[Draft]:
    yield draft
    for place in draft.free(path.places("number")):
        number = path.number(place)
        direction = next(path.nearest(place, ("top", "bottom"), 2, draft.used), None)
        if not number.is_percent or direction is None or not 0 < number.value <= 100:
            continue
        which = "largest" if path.tokens[direction].kind == "top" else "smallest"
        for column in path.nearest(place, _COLUMNS, 5):
            of = column_ref(path.tokens[column].column)
            made: Condition = TopShare.model_validate(
                {"of": of, "percent": number.value, "direction": which}
            )
            used = [place, direction]
            if path.tokens[column].kind == "condition":
                used.append(column)
            yield draft.using(*used, conditions=(*draft.conditions, Bound(made, place)))
