"""All that has a pattern in a question."""

from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.patterns.dates import dates_in
from cherry_reflex.llm.embedded.reading.patterns.match import Match
from cherry_reflex.llm.embedded.reading.patterns.number_words import number_words_in
from cherry_reflex.llm.embedded.reading.patterns.numbers import numbers_in
from cherry_reflex.llm.embedded.reading.patterns.relative_dates import relative_dates_in


def patterns_in(text: str, view: TableView) -> tuple[Match, ...]:
    """Return the numbers, dates and spans of time of a question about a table."""
    dates = [*dates_in(text, newest_year(view)), *relative_dates_in(text)]
    whole = [m for m in dates if _is_whole(text[m.start : m.end])]
    numbers = [
        match
        for match in (*numbers_in(text), *number_words_in(text))
        if not any(m.start <= match.start and match.end <= m.end for m in whole)
    ]
    return (*dates, *numbers)


def _is_whole(date: str) -> bool:
    """Whether the parts of a date are no numbers by themselves: `2024-03-05`."""
    return any(sign in date for sign in "-.:") and not any(letter.isalpha() for letter in date)


def newest_year(view: TableView) -> int | None:
    """Return the year of the newest date of a table."""
    years = [
        int(str(column.column.maximum)[:4])
        for column in view.columns
        if column.kind == "time" and str(column.column.maximum)[:4].isdigit()
    ]
    known = [year for year in years if 1800 <= year <= 2199]
    return max(known, default=None)
