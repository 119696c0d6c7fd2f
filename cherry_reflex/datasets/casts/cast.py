"""How a column of texts becomes one of values: an SQL expression, and what it was decided by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cherry_reflex.analysis.sql.duckdb import ident, literal

_MISSING = ("", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "-", "nat")
_MARKS = (
    "\\n", ".", "..", "...", "…", "--", "—", "–", "?", "nil", "missing",
    "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!",
)  # fmt: skip
"""Signs for a missing value among numbers and dates that are worth a word to the reader."""
_ALL = frozenset((*_MISSING, *_MARKS))
_LONGEST = 40


@dataclass(frozen=True)
class Cast:
    """How a column leaves text: `sql` makes the value from the column, NULL where it cannot.
    `quick` does the same at a third of the cost where `sql` is known to make every value."""

    type: str
    sql: str
    quick: str = ""
    pattern: str = ""
    """An RE2 pattern of the texts that are values, where fitting it is enough to be one."""
    unit: str = ""
    decimal_mark: str = ""
    """Of numbers that have one, or thousands that are set apart."""
    day_first: bool | None = None
    """Of dates that have both orders."""
    zone: str = ""
    """Of times with offsets: the offset that all have, `mixed`, or the zone that was asked for."""
    guesses: frozenset[str] = frozenset()
    """Names of ParseOptions that another careful reader might set otherwise."""

    @property
    def confirmed(self) -> str:
        """The SQL to use once every value was found to fit."""
        return self.quick or self.sql


def value(column: str) -> str:
    """Return SQL for the trimmed text of a column of numbers, dates or yes/no, NULL for what stands
    for a missing value there."""
    name = ident(column)
    missing = _listed((*_MISSING, *_MARKS))
    return f"(CASE WHEN lower(trim({name})) IN ({missing}) THEN NULL ELSE trim({name}) END)"


def unfit(column: str, cast: Cast) -> str:
    """Return SQL for the texts of a column that are no values of its cast, NULL for all others."""
    if not cast.pattern:
        return f"CASE WHEN ({cast.sql}) IS NULL THEN {value(column)} END"
    text = f"trim({ident(column)})"
    missing = "|".join(map(re.escape, (*_MISSING, *_MARKS)))
    pattern = literal(f"{cast.pattern}|(?i:{missing})")
    return f"CASE WHEN NOT regexp_full_match({text}, {pattern}) THEN {text} END"


def mark(column: str) -> str:
    """Return SQL for what stands for a missing value in a column, NULL for everything that is a
    value, empty or one of the usual words."""
    name = ident(column)
    return f"(CASE WHEN lower(trim({name})) IN ({_listed(_MARKS)}) THEN trim({name}) END)"


def is_missing(text: str) -> bool:
    """Return whether a text stands for a missing value among numbers and dates."""
    return len(text) <= _LONGEST and text.strip().lower() in _ALL


def matched(text: str, pattern: str, sql: str) -> str:
    """Return SQL that is `sql` where all of `text` fits an RE2 pattern, else NULL."""
    return f"(CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {sql} END)"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in words)
