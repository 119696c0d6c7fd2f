"""Dates in a question: `2024년 3월`, `March 2024`, `Q1`, `1분기`, `2024-03-05`, `3/5`, `14시`,
weekdays, halves of years."""

import calendar
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.linked import ConceptMeaning, DateMeaning
from cherry_reflex.llm.embedded.reading.patterns.match import Match, alternatives

_YEAR = r"(?P<year>(?:18|19|20|21)\d\d)"
_SHORT_YEAR = r"(?P<short>[0-4]\d)"
_CENTURY = 2000
_LESS_SURE = 0.6

Build = Callable[[re.Match[str], int | None], Match | None]


def dates_in(text: str, newest_year: int | None = None) -> tuple[Match, ...]:
    """Return the dates that a text has; some overlap (`2024년 3월` has a year of its own).
    `newest_year` is that of the data: a day without a year is of that year."""
    found = [
        match
        for pattern, build in _patterns()
        for match in _each(pattern, build, text, newest_year)
    ]
    return tuple(dict.fromkeys(found))


def _each(
    pattern: re.Pattern[str], build: Build, text: str, newest_year: int | None
) -> Iterator[Match]:
    for match in pattern.finditer(text):
        built = build(match, newest_year)
        if built is not None:
            yield built


def _year_of(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("short"):
        return _CENTURY + int(groups["short"])
    return None


def _month_of(match: re.Match[str]) -> int:
    said = match["month"].lower().rstrip(".")
    months = _known()["months"]
    return int(months[said]) if said in months else int(said)


def _day(match: re.Match[str], newest_year: int | None) -> Match | None:
    year = _year_of(match) or newest_year
    month, day = _month_of(match), int(match["day"])
    if year is None or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    told = f"{year:04}-{month:02}-{day:02}"
    strength = 1.0 if _year_of(match) else _LESS_SURE + 0.2
    return Match(match.start(), match.end(), DateMeaning(told, told, "day"), strength)


def _moment(match: re.Match[str], newest_year: int | None) -> Match | None:
    day = _day(match, newest_year)
    if day is None or not isinstance(day.meaning, DateMeaning):
        return None
    told = f"{day.meaning.low} {int(match['hour']):02}:{match['minute']}"
    return Match(match.start(), match.end(), DateMeaning(told, told, "hour"))


def _month(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    year, month = _year_of(match), _month_of(match)
    if not 1 <= month <= 12:
        return None
    if year is None:
        return Match(match.start(), match.end(), DateMeaning(grain="month", part=month))
    last = calendar.monthrange(year, month)[1]
    low, high = f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{last:02}"
    return Match(match.start(), match.end(), DateMeaning(low, high, "month", month))


def _quarter(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    said = match["quarter"].lower()
    year, quarter = _year_of(match), int(_known()["quarters"].get(said, said))
    if year is None:
        return Match(match.start(), match.end(), DateMeaning(grain="quarter", part=quarter))
    first, last = 3 * quarter - 2, 3 * quarter
    low = f"{year:04}-{first:02}-01"
    high = f"{year:04}-{last:02}-{calendar.monthrange(year, last)[1]:02}"
    return Match(match.start(), match.end(), DateMeaning(low, high, "quarter", quarter))


def _year(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    year = _year_of(match)
    meaning = DateMeaning(f"{year}-01-01", f"{year}-12-31", "year")
    return Match(match.start(), match.end(), meaning)


def _half(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    year = _year_of(match)
    groups = match.groupdict()
    said = (groups.get("half") or groups.get("number") or "").lower()
    is_first = said in _known()["first_half"]
    if year is None:
        concept = "date:first_half" if is_first else "date:second_half"
        return Match(match.start(), match.end(), ConceptMeaning(concept))
    low, high = ("01-01", "06-30") if is_first else ("07-01", "12-31")
    meaning = DateMeaning(f"{year}-{low}", f"{year}-{high}", "month")
    return Match(match.start(), match.end(), meaning)


def _weekday(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    part = int(_known()["weekdays"][match["weekday"].lower()])
    return Match(match.start(), match.end(), DateMeaning(grain="weekday", part=part))


def _hour(match: re.Match[str], newest_year: int | None) -> Match | None:
    del newest_year
    hour = int(match["hour"])
    groups = match.groupdict()
    half = (groups.get("half") or groups.get("before") or "").lower()
    if hour > (12 if half else 24) or (half and hour == 0):
        return None
    if half in _known()["after_noon"]:
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    return Match(match.start(), match.end(), DateMeaning(grain="hour", part=hour))


_EQUAL = r"\s?(?:=+|is|equals(?: to)?|no\.?|number)\s?"
"""Between the name of a part of time and its number."""


def _known() -> Any:
    return analysis_words.language("calendar")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Build], ...]:
    known = _known()
    name = rf"(?P<month>(?:{alternatives(known['months'])})\.?)"
    month = r"(?P<month>1[0-2]|0?[1-9])"
    day = r"(?P<day>3[01]|[12]\d|0?[1-9])"
    quarter = r"(?P<quarter>[1-4])"
    ordinal = r"(?:st|nd|rd|th)?"
    half = rf"(?P<half>{alternatives([*known['first_half'], *known['second_half']])})"
    head = r"(?<![\w.,/-])"
    year = rf"(?:{_YEAR}|['’]{_SHORT_YEAR})"
    korean_year = rf"(?:{_YEAR}|['’]?{_SHORT_YEAR})\s?년도?"
    clock = r"(?P<hour>[01]?\d|2[0-4])"
    written = (
        (rf"{head}{_YEAR}[-./]{month}[-./]{day}[T ]{clock}:(?P<minute>[0-5]\d)(?::\d\d)?", _moment),
        (rf"{head}{_YEAR}\s?[-./]\s?{month}\s?[-./]\s?{day}\.?(?!\d)", _day),
        (rf"{head}{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)", _day),
        (rf"{head}{_YEAR}(?P<month>0[1-9]|1[0-2])(?!\d)", _month),
        (rf"{head}{_YEAR}[-./]{month}(?![\d/]|[-.]\d)", _month),
        (rf"{head}{month}/{_YEAR}(?!\d)", _month),
        (rf"{head}{month}/{day}/{_YEAR}(?!\d)", _day),
        (rf"{head}['’]?{_SHORT_YEAR}[./](?P<month>0[1-9]|1[0-2])(?![\d./%])", _month),
        (rf"{head}{month}/{day}(?![\d/])", _day),
        (rf"(?<!\d){korean_year}\s?{month}월\s?{day}일", _day),
        (rf"(?<!\d){month}월\s?{day}일", _day),
        (rf"(?<!\d){korean_year}(?:의)?\s?{month}월(?!요)", _month),
        (rf"(?<![\d.,])(?<!\d년 ){month}월(?!요)", _month),
        (rf"(?<![\d.,]){month}\s?월달", _month),
        (rf"(?<![\d.,]){month}(?=\s?[~,·-]\s?\d{{1,2}}월)", _month),
        (rf"(?<!\d){korean_year}\s?{quarter}\s?(?:/4\s?)?분기", _quarter),
        (rf"(?<![\d.]){quarter}\s?(?:/4\s?)?분기", _quarter),
        (rf"(?<!\d){korean_year}\s?{half}", _half),
        (rf"(?<![가-힣A-Za-z]){half}(?![A-Za-z])", _half),
        (rf"\b{half},?\s(?:of\s)?{_YEAR}", _half),
        (rf"(?<![\d.,]){korean_year}(?!차|생)", _year),
        (
            rf"(?<![\w.,$₩€£-])(?:FY\s?)?{_YEAR}(?![\d,]\d|\.\d|[A-Za-z년원개명건만%-]|-\d\d\b)",
            _year,
        ),
        (rf"(?<![\w.,-]){_YEAR}(?=[-~]{_YEAR.replace('year', 'other')})", _year),
        (rf"(?<=[-~]){_YEAR}(?![\d-])", _year),
        (rf"(?<!\w)(?:FY|['’]){_SHORT_YEAR}(?![\w./])", _year),
        (rf"\b{name},? {day}{ordinal},? {_YEAR}\b", _day),
        (rf"\b{name} {day}{ordinal}\b(?!,? ?\d)", _day),
        (rf"\b{day}{ordinal} (?:of )?{name},? {_YEAR}\b", _day),
        (rf"\b{day}{ordinal} (?:of )?{name}\b(?!,? \d)", _day),
        (rf"\b{name},?(?: of)?[ -]{year}(?![\d%])", _month),
        (rf"\b{name}(?!\w)", _month),
        (rf"\bQ{quarter}(?:,? (?:of )?|['’ -]?)(?:{_YEAR}|['’]?{_SHORT_YEAR})(?!\d)", _quarter),
        (rf"(?<![\w.])(?:{_YEAR}[ -]?|['’]?{_SHORT_YEAR}[ .-]?)Q{quarter}(?!\w)", _quarter),
        (rf"(?<!\w)Q{quarter}(?!\w)", _quarter),
        (rf"\bquarter{_EQUAL}{quarter}(?![\w.%])", _quarter),
        (rf"\bmonth{_EQUAL}(?P<month>1[0-2]|0?[1-9])(?![\w.%])", _month),
        (rf"(?<!\w){quarter}Q(?:['’ ]?(?:{_YEAR}|{_SHORT_YEAR}))?(?!\w)", _quarter),
        (
            rf"\b(?P<quarter>{alternatives(known['quarters'])}) quarter(?: (?:of )?{year})?\b",
            _quarter,
        ),
        (
            rf"(?<![가-힣A-Za-z])(?P<weekday>{alternatives(known['weekdays'])})(?![A-Za-z])",
            _weekday,
        ),
        (rf"(?P<before>{alternatives(known['noon'])})\s?(?P<hour>1[0-2]|0?\d)\s?시(?!간)", _hour),
        (rf"(?<!\d){clock}\s?시(?!간)", _hour),
        (r"(?<![\w.:])(?P<hour>1[0-2]|0?[1-9])(?::00)?\s?(?P<half>[ap]\.?m)\b", _hour),
        (rf"(?<![\w.:]){clock}:00\b(?!\s?[ap]m)", _hour),
    )
    return tuple((re.compile(pattern, re.IGNORECASE), build) for pattern, build in written)
