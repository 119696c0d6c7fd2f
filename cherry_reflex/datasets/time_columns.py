"""Whole numbers that stand for a piece of time: years, months, years with months."""

import re
from typing import Literal

TimePiece = Literal["", "year", "month", "year_month"]

_YEARS = re.compile(
    r"(?:^|[^a-z])(?:year|yr|fy|jahr|ann[ée]e|a[ñn]o|anno|yyyy)s?(?:$|[^a-z])|년도|연도|^년$|^연$|회계년|年",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"(?:^|[^a-z])(?:month|mon|monat|mois|mes|mm)s?(?:$|[^a-z])|월$|월별|^월|月", re.IGNORECASE
)
_YEAR_MONTHS = re.compile(
    r"(?:^|[^a-z])(?:yearmonth|year_month|yyyymm|ym|period|month|date)(?:$|[^a-z])|연월|년월|기준월|일자|월$|年月",
    re.IGNORECASE,
)
_YEAR_MIN, _YEAR_MAX = 1800, 2200


def time_of(name: str, low: int | None, high: int | None, distinct: int) -> TimePiece:
    """Return which piece of time the whole numbers of a column stand for, by its name and range;
    nothing where they are ordinary numbers. Six digits are years with months only by their name:
    that all of them end in 01 to 12 is not looked at beyond the ends of the range."""
    if low is None or high is None or not distinct:
        return ""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    if low >= _YEAR_MIN and high <= _YEAR_MAX and _YEARS.search(words):
        return "year"
    if low >= 1 and high <= 12 and _MONTHS.search(words):
        return "month"
    ends = all(_YEAR_MIN <= end // 100 <= _YEAR_MAX and 1 <= end % 100 <= 12 for end in (low, high))
    if ends and distinct <= (high // 100 - low // 100 + 1) * 12 and _YEAR_MONTHS.search(words):
        return "year_month"
    return ""
