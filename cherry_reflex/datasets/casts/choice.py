"""Which cast each column of texts gets: what its values say, with what the others say beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.casts import date_sql, dates, numbers
from cherry_reflex.datasets.casts.cast import Cast, value

_COMMA = (";", "\t", "|")
"""Delimiters of files whose decimal mark may well be a comma."""


@dataclass(frozen=True)
class Evidence:
    """What the values of one column say: at most one of these is there."""

    is_boolean: bool = False
    dated: dates.DateEvidence | None = None
    numbered: numbers.NumberEvidence | None = None


@dataclass(frozen=True)
class Habits:
    """What the columns of a table have in common, where values of their own leave it open."""

    mark: str = "."
    is_mark_proven: bool = False
    day_first: bool | None = None
    delimiter: str = ""

    @staticmethod
    def of(found: Mapping[str, Evidence], options: ParseOptions, delimiter: str) -> "Habits":
        """Return the habits that the columns show, or that were asked for."""
        marks = {".": 0, ",": 0}
        orders = {True: 0, False: 0}
        dotted = False
        for one in found.values():
            if one.numbered is not None and one.numbered.is_marked and len(one.numbered.marks) == 1:
                marks[next(iter(one.numbered.marks))] += 1
            if one.dated is not None:
                if one.dated.day_first is not None:
                    orders[one.dated.day_first] += 1
                first = next(iter(one.dated.forms.values()))[0].format
                dotted = dotted or first.startswith("%d.%m.")
        mark, proven = ".", bool(marks["."]) != bool(marks[","])
        if marks[","] > marks["."] or (not any(marks.values()) and delimiter in _COMMA and dotted):
            mark = ","
        if options.decimal_mark is not None:
            mark, proven = options.decimal_mark, True
        day_first = options.day_first
        if day_first is None and bool(orders[True]) != bool(orders[False]):
            day_first = bool(orders[True])
        return Habits(mark, proven, day_first, delimiter)


def evidence(values: Sequence[str], *, dates_only: bool) -> Evidence | None:
    """Return what the values (not missing, different) of a column say; None for texts."""
    if not values:
        return None
    if not dates_only and all(one.lower() in ("true", "false") for one in values):
        return Evidence(is_boolean=True)
    if found := dates.evidence(values):
        return Evidence(dated=found)
    if not dates_only and (number := numbers.evidence(values)):
        return Evidence(numbered=number)
    return None


def chosen(
    column: str, found: Evidence, habits: Habits, options: ParseOptions, offsets: Sequence[str] = ()
) -> Cast | None:
    """Return the cast of a column, or None where it stays text. Raises BadInput
    `time_zone_unknown`."""
    if found.is_boolean:
        text = value(column)
        yes = f"(CASE lower({text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)"
        return Cast("BOOLEAN", yes)
    if found.dated is not None:
        order, is_guess = _order(found.dated, habits)
        if order is None:
            return None
        made = date_sql.cast(
            column, found.dated, order, offsets=offsets, zone=options.time_zone or ""
        )
        return _guessed(made, "day_first") if is_guess else made
    if found.numbered is not None:
        mark, is_guess = _mark(found.numbered, habits)
        number = numbers.cast(column, found.numbered, mark)
        return _guessed(number, "decimal_mark") if number and is_guess else number
    return None


def _order(found: dates.DateEvidence, habits: Habits) -> tuple[dates.Order | None, bool]:
    orders = list(found.forms)
    is_open = "dmy" in orders and "mdy" in orders
    if habits.day_first is not None and is_open:
        wanted: dates.Order = "dmy" if habits.day_first else "mdy"
        if orders[0] != "ymd":
            return wanted, False
    if habits.mark == "," and habits.is_mark_proven and is_open and orders[0] != "ymd":
        return "dmy", found.is_guess
    return orders[0], found.is_guess


def _mark(found: numbers.NumberEvidence, habits: Habits) -> tuple[str, bool]:
    """Return the decimal mark of a column, and whether that is a guess."""
    if found.is_integer or not found.is_marked:
        return ".", False
    if len(found.marks) == 1:
        return next(iter(found.marks)), False
    if habits.is_mark_proven:
        return habits.mark, False
    # What is left has one mark only, before three digits: 1,250.
    mark, other = found.mark, "." if found.mark == "," else ","
    if habits.delimiter not in _COMMA:
        # Quoted for the commas in it, or a point as programs write it.
        return ".", False
    if found.ungrouped:  # 5000 beside 1,250: thousands are not set apart
        return mark, True
    if found.short:  # 980 beside 1,250 would have been 0,980
        return other, True
    return (mark if mark == "," else habits.mark), True


def _guessed(made: Cast, option: str) -> Cast:
    return replace(made, guesses=made.guesses | {option})
