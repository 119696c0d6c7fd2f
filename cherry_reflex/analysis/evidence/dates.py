"""Dates in an answer, and which dates the data and the question have."""

import re
from calendar import month_abbr, month_name
from collections.abc import Iterator
from dataclasses import dataclass, field

_MONTHS = {
    name.lower(): number
    for names in (month_name, month_abbr)
    for number, name in enumerate(names)
    if name
}
_NAME = "|".join(sorted((re.escape(name) for name in _MONTHS), key=len, reverse=True))
_PATTERNS = (
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})(?:-(?P<d>[0-9]{1,2}))?(?:[T ][0-9]{2}:[0-9:.]+)?(?![0-9-])",
    r"(?P<y>[0-9]{4})[./](?P<m>[0-9]{1,2})[./](?P<d>[0-9]{1,2})(?![0-9])",
    r"(?P<y>[0-9]{4})년(?:\s?(?P<m>[0-9]{1,2})월(?:\s?(?P<d>[0-9]{1,2})일)?|\s?(?P<q>[1-4])분기)?",
    r"(?P<m>[0-9]{1,2})월(?:\s?(?P<d>[0-9]{1,2})일)?",
    r"(?P<q>[1-4])분기",
    rf"\b(?P<n>{_NAME})\.?\s(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,\s?|\s)?)?(?P<y>[0-9]{{4}})?(?![0-9])",
    rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?P<n>{_NAME})\b\.?(?:,?\s(?P<y>[0-9]{{4}}))?",
)
_DATES = tuple(re.compile(rf"(?<![\w.,-])(?:{one})", re.IGNORECASE) for one in _PATTERNS)
_YEARS = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_MONTHS_MAX, _DAYS_MAX, _QUARTER_MONTHS = 12, 31, 3
_DATES_MAX = 20_000

Key = tuple[int, int, int]
"""Year, month, day; 0 for what is not said."""


@dataclass(frozen=True)
class WrittenDate:
    """A date or a part of one. `quarter` stands in place of a month."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    quarter: int = 0

    @property
    def number(self) -> int:
        """The number, where it is one alone (a year, a month, a quarter); else 0."""
        said = [one for one in (self.year, self.month, self.day, self.quarter) if one]
        return said[0] if len(said) == 1 else 0


def dates(text: str) -> Iterator[WrittenDate]:
    """Yield the dates of `text`, the longest first where they overlap."""
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            one = _read(match)
            if one is None or any(s < one.end and one.start < e for s, e in taken):
                continue
            taken.append((one.start, one.end))
            yield one


def _read(match: re.Match[str]) -> WrittenDate | None:
    found = match.groupdict()
    name = found.get("n")
    year, month, day, quarter = (int(found.get(part) or 0) for part in "ymdq")
    month = _MONTHS[name.lower()] if name else month
    if month > _MONTHS_MAX or day > _DAYS_MAX or not (year or month or quarter):
        return None
    if name and not (year or day):
        return None  # a month by its name has no number
    if not name and found.get("m") and not month:
        return None
    end = match.start() + len(match.group().rstrip(" ,"))
    return WrittenDate(match.start(), end, year, month, day, quarter)


@dataclass
class KnownDates:
    """Dates that stand in the data or in the question, whole and by their parts."""

    _keys: set[Key] = field(default_factory=set)
    _quarters: set[tuple[int, int]] = field(default_factory=set)
    _ranges: list[tuple[Key, Key]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Take the dates of a text."""
        for one in dates(text):
            if len(self._keys) < _DATES_MAX:
                self._add(one)

    def of_name(self, name: str) -> None:
        """Take the years that stand in the name of a file, a table or a column."""
        for year in _YEARS.findall(name):
            self._keys.add((int(year), 0, 0))

    def between(self, first: str, last: str) -> None:
        """Take all dates from one to another, when both are dates."""
        ends = [next(dates(text), None) for text in (first, last)]
        if ends[0] is not None and ends[1] is not None:
            low, high = (_key(one) for one in ends if one is not None)
            self._ranges.append((low, high))

    def holds(self, one: WrittenDate) -> bool:
        """Return whether such a date is known."""
        if one.quarter:
            years = {one.year, 0} if not one.year else {one.year}
            return any((year, one.quarter) in self._quarters for year in years)
        if _key(one) in self._keys:
            return True
        return bool(one.year) and any(self._within(one, *ends) for ends in self._ranges)

    def _add(self, one: WrittenDate) -> None:
        quarter = one.quarter or -(-one.month // _QUARTER_MONTHS)
        if quarter:
            self._quarters |= {(one.year, quarter), (0, quarter)}
        for year in {one.year, 0}:
            for month in {one.month, 0}:
                for day in {one.day, 0}:
                    self._keys.add((year, month, day))

    def _within(self, one: WrittenDate, low: Key, high: Key) -> bool:
        said = 1 + bool(one.month) + bool(one.month and one.day)
        return low[:said] <= _key(one)[:said] <= high[:said]


def _key(one: WrittenDate) -> Key:
    return (one.year, one.month, one.day)
