"""Words in columns of text that stand for missing values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import ident

if TYPE_CHECKING:
    import duckdb

_COLUMNS_AT_ONCE = 100
_WORDS = r"'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null', '\N'"
"""In this spelling alone: what programs write for a missing value."""
_CODE = "[A-Z][A-Z0-9]"
"""Among codes of two characters NA is one itself: Namibia, North America, sodium."""
_CODES_SHARE = 0.5


def absent(
    connection: "duckdb.DuckDBPyConnection", relation: str, columns: Sequence[str]
) -> dict[str, tuple[int, bool]]:
    """Return the text columns in which words such as `NA` stand for missing values, with how many
    do and whether the very word NA is one of them: among codes of two characters it stays."""
    found: dict[str, tuple[int, bool]] = {}
    suspected: list[str] = []
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        part = columns[start : start + _COLUMNS_AT_ONCE]
        tests = ", ".join(f"bool_or(trim({ident(name)}) IN ({_WORDS}, 'NA'))" for name in part)
        row = connection.execute(f"SELECT {tests} FROM {relation}").fetchone() or ()
        suspected += [name for name, has_words in zip(part, row, strict=True) if has_words]
    for column in suspected:
        text = f"trim({ident(column)})"
        word = f"{text} IN ({_WORDS})"
        other = f"NOT {word} AND {text} NOT IN ('', 'NA')"
        counted = connection.execute(
            f"SELECT count(*) FILTER ({word}), count(*) FILTER ({text} = 'NA'), "
            f"count(*) FILTER ({other}), "
            f"count(*) FILTER ({other} AND regexp_full_match({text}, '{_CODE}')) FROM {relation}"
        ).fetchone()
        words, nas, others, codes = counted or (0, 0, 0, 0)
        is_absent = nas > 0 and (not others or codes < others * _CODES_SHARE)
        if words or is_absent:
            found[column] = (int(words) + (int(nas) if is_absent else 0), is_absent)
    return found


def present(column: str, *, na_is_absent: bool) -> str:
    """Return SQL for a text column without the words that stand for missing values."""
    name = ident(column)
    words = f"{_WORDS}, 'NA'" if na_is_absent else _WORDS
    return f"(CASE WHEN trim({name}) NOT IN ({words}) THEN nullif({name}, '') END)"
