"""A number of the question in the unit of a column: `3천만원` in a column of 만원 is 3000."""

from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.reading.linked import ColumnView, NumberMeaning

_SIZES: tuple[dict[str, float], ...] = (
    {"원": 1, "천원": 1e3, "만원": 1e4, "백만원": 1e6, "천만원": 1e7, "억원": 1e8, "억": 1e8,
     "만": 1e4, "krw": 1, "₩": 1},
    {"$": 1, "usd": 1, "dollars": 1, "$k": 1e3, "k$": 1e3, "$m": 1e6, "m$": 1e6, "musd": 1e6,
     "k": 1e3},
    {"mg": 1e-3, "g": 1, "그램": 1, "kg": 1e3, "킬로": 1e3, "톤": 1e6, "t": 1e6, "ton": 1e6,
     "tonnes": 1e6},
    {"mm": 1, "cm": 10, "센치": 10, "m": 1e3, "미터": 1e3, "km": 1e6, "킬로미터": 1e6},
    {"ms": 1e-3, "s": 1, "sec": 1, "seconds": 1, "초": 1, "min": 60, "minutes": 60, "mins": 60,
     "분": 60, "h": 3600, "hr": 3600, "hours": 3600, "시간": 3600, "일": 86400,
     "days": 86400, "day": 86400},
    {"ml": 1, "l": 1e3, "리터": 1e3},
)  # fmt: skip
"""What a unit is worth in the smallest of its sort."""
_MULTIPLES = {
    "k": 1e3, "thousand": 1e3, "천": 1e3, "천명": 1e3, "만": 1e4, "만명": 1e4, "m": 1e6, "mn": 1e6,
    "million": 1e6, "millions": 1e6, "백만": 1e6, "백만명": 1e6, "억": 1e8, "b": 1e9, "bn": 1e9,
    "billion": 1e9,
}  # fmt: skip
"""What a cell of a column in such a unit stands for."""


def in_unit(number: NumberMeaning, column: ColumnView | None) -> Scalar:
    """Return the number as the column's cells would have it: a whole number where it is one."""
    value = number.value
    if column is not None:
        value *= _factor(number, column)
    return int(value) if value == int(value) and abs(value) < 1e15 else round(value, 10)


def is_of_unit(number: NumberMeaning, column: ColumnView) -> bool:
    """Whether the number's unit is of the sort that the column is in."""
    said, kept = number.unit.lower(), column.column.unit.lower()
    if number.is_percent:
        return column.kind == "rate" or kept == "%"
    if not said or not kept:
        return False
    return said == kept or any(said in sort and kept in sort for sort in _SIZES)


def _factor(number: NumberMeaning, column: ColumnView) -> float:
    if number.is_percent:
        top = column.column.maximum
        is_share = isinstance(top, int | float) and abs(top) <= 1
        return 0.01 if is_share else 1.0
    said, kept = number.unit.lower(), column.column.unit.lower()
    for sort in _SIZES:
        if said in sort and kept in sort:
            return sort[said] / sort[kept]
    top, multiple = column.column.maximum, _MULTIPLES.get(kept)
    if multiple and isinstance(top, int | float) and number.value >= max(multiple, 10 * abs(top)):
        return 1 / multiple  # `100 million` of a column in millions
    return 1.0
