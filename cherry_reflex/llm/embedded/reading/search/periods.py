"""Binds two spans of time that are compared, or each period with the one before."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Between, Condition, RelativePeriod, Scalar
from cherry_reflex.core.reading.reading import Period
from cherry_reflex.llm.embedded.reading.linked import ColumnView, DateMeaning, RelativeMeaning
from cherry_reflex.llm.embedded.reading.search.dates import days_of, months_of, time_columns
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

COMPARED = ("compare_periods", "growth", "contribution")
_Side = Condition | Scalar


def bind_periods(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with its two spans where it compares, as it is otherwise; two spans side by
    side are compared even where no word says so, at a cost."""
    spans = draft.free((*path.places("date"), *path.places("relative"), *path.places("days")))
    words = draft.free((*path.places("compare"), *path.places("period"), *path.concepts("arith:-")))
    if draft.task not in COMPARED:
        yield draft
        if draft.task != "aggregate" or not words:
            return
    used = [*words, *path.concepts(*(f"task:{task}" for task in COMPARED))]
    is_one = draft.task == "growth" and len(spans) >= 2
    task = draft.task if draft.task in COMPARED and not is_one else "compare_periods"
    weight = 0.0 if draft.task in COMPARED else -0.3
    if len(spans) >= 2:
        first, second = spans[:2]
        for column, at, cost in time_columns(path, draft, first):
            sides = [_side(path, p, column) for p in (first, second)]
            if sides[0] is None or sides[1] is None:
                continue
            before, after = sorted((sides[0], sides[1]), key=lambda side: side[0])
            period = Period.model_validate(
                {"of": column_ref(column.name), "before": before[1], "after": after[1]}
            )
            taken = (first, second, *at, *used)
            yield draft.using(*taken, weight=weight + cost + 0.3, task=task, period=period)
    elif len(spans) == 1:
        yield from _with_before(path, draft, spans[0], used, weight)
    if draft.task in COMPARED:
        yield draft.using(*used, weight=-0.4)


def _with_before(
    path: Path, draft: Draft, place: int, used: list[int], weight: float
) -> Iterator[Draft]:
    """One span, compared with the one before it or the same one a year before."""
    words = [path.tokens[p].detail for p in path.places("period")]
    for column, at, cost in time_columns(path, draft, place):
        for before, after in _pairs(path, place, column, "year_before" in words):
            period = Period.model_validate(
                {"of": column_ref(column.name), "before": before, "after": after}
            )
            yield draft.using(
                place, *at, *used, weight=weight + cost, task="compare_periods", period=period
            )
        return


def _pairs(
    path: Path, place: int, column: ColumnView, is_year: bool
) -> Iterator[tuple[_Side, _Side]]:
    meaning = path.tokens[place].candidate.meaning
    of = column_ref(column.name)
    if isinstance(meaning, RelativeMeaning) and column.column.type in ("date", "datetime"):
        last = RelativePeriod(of=of, which="last", count=meaning.count, unit=meaning.unit)
        yield last, RelativePeriod(of=of, which="this", count=meaning.count, unit=meaning.unit)
    elif isinstance(meaning, DateMeaning) and meaning.low:
        after = _told(meaning)
        if after is None:
            return
        if is_year or meaning.grain == "year":
            yield _year_before(after), after
        elif meaning.grain == "month":
            year, month = int(after[:4]), int(after[5:7])
            before = (year, month - 1) if month > 1 else (year - 1, 12)
            yield f"{before[0]}-{before[1]:02d}", after


def _side(path: Path, place: int, column: ColumnView) -> tuple[str, _Side] | None:
    """A span as a key that orders in time, and as a period has it."""
    meaning = path.tokens[place].candidate.meaning
    of = column_ref(column.name)
    if isinstance(meaning, RelativeMeaning):
        order = {"last": "0", "this": "1", "next": "2"}[meaning.which]
        which, count, unit = meaning.which, meaning.count, meaning.unit
        return order, RelativePeriod(of=of, which=which, count=count, unit=unit)
    if isinstance(meaning, DateMeaning):
        if meaning.low:
            told = _told(meaning)
            span = Between(of=of, low=meaning.low, high=meaning.high)
            return meaning.low, told if told is not None else span
        if meaning.grain == "month" and meaning.part:
            found = next(months_of(column, meaning.part, meaning.part), None)
            return (f"{meaning.part:02d}", found) if found is not None else None
        return None
    made = next(days_of(path.tokens[place].detail, column), None)
    return (path.tokens[place].detail, made) if made is not None else None


def _told(meaning: DateMeaning) -> str | None:
    """A year, a month or a day as one text; None for other spans."""
    length = {"year": 4, "month": 7, "day": 10}.get(meaning.grain)
    if length is None or meaning.low[: min(length, 7)] != meaning.high[: min(length, 7)]:
        return None
    return meaning.low[:length]


def _year_before(told: str) -> str:
    return f"{int(told[:4]) - 1}{told[4:]}"
