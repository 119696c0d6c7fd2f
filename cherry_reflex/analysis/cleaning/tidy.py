"""Text as it was meant: no stray spaces, no words that stand for a missing value."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange, Mapped
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.sql.types import is_text
from cherry_reflex.core.operation import Fact, column_field

PLACEHOLDERS = ("", "n/a", "#n/a", "na", "nan", "null", "<na>", "nil", "?", "-", "--", ".")
_INVISIBLE = "[\\x{200B}\\x{200C}\\x{200D}\\x{FEFF}\\x{00AD}]"
_SPACES = "[\\s\\x{00A0}\\x{2000}-\\x{200A}\\x{202F}\\x{3000}]+"
_LISTED = 50


class TidyText(CleaningStep):
    """Trim and collapse spaces in text columns, compose Unicode characters (NFC), and read
    placeholders such as N/A, null, ? or - as missing values."""

    name: ClassVar[str] = "tidy_text"
    examples: ClassVar[tuple[str, ...]] = (
        "글자 앞뒤의 공백을 없애줘",
        "N/A나 - 로 적힌 값을 결측치로 바꿔주세요",
        "텍스트 열의 띄어쓰기를 정리해줘",
        "물음표로 적힌 칸을 빈 값으로 처리해줘",
        "Trim the spaces in the text columns",
        "Treat N/A and ? as missing",
        "Strip leading and trailing whitespace",
        "Replace placeholder values with nulls",
    )

    columns: tuple[str, ...] = column_field(
        "Text columns to tidy; empty for all.", "text", "category", default=(), many=True
    )
    placeholders: tuple[str, ...] = Field(
        default=PLACEHOLDERS,
        description="Values read as missing (compared without regard to case).",
        max_length=100,
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Tidy, then read placeholders as missing."""
        columns = texts(chain, self.columns)
        if not columns:
            return []
        changes = [
            CleaningChange(
                "tidy_text",
                Fact(key="cleaning.trimmed", params={"column": column, "cells": cells}),
                column,
                cells,
            )
            for column, cells in chain.replace({c: _tidied(c) for c in columns}).items()
            if cells
        ]
        return changes + self._missing(chain, columns)

    def _missing(self, chain: Chain, columns: list[str]) -> list[CleaningChange]:
        changes = []
        nulled: dict[str, str] = {}
        for column in columns:
            found = chain.all(
                f"SELECT {ident(column)}, count(*) FROM {chain.table} "
                f"WHERE lower({ident(column)}) IN ({_list(self.placeholders)}) "
                f"GROUP BY 1 ORDER BY 2 DESC LIMIT {_LISTED}"
            )
            found = [row for row in found if not _is_code(chain, column, str(row[0]))]
            if not found:
                continue
            held = _list([str(row[0]) for row in found])
            nulled[column] = (
                f"CASE WHEN {ident(column)} IN ({held}) THEN NULL ELSE {ident(column)} END"
            )
            cells = sum(int(row[1]) for row in found)
            params = {
                "column": column,
                "cells": cells,
                "values": [str(row[0]) or "␣" for row in found[:8]],
            }
            mapped = tuple(Mapped(row[0], None, int(row[1])) for row in found)
            fact = Fact(key="cleaning.placeholders", params=params, weight=1.2)
            changes.append(CleaningChange("tidy_text", fact, column, cells, mapped=mapped))
        if nulled:
            chain.replace(nulled)
        return changes


def texts(chain: Chain, wanted: tuple[str, ...]) -> list[str]:
    """Return the text columns among `wanted` that are still there, or all where none is named."""
    return [
        name
        for name, dtype in chain.columns.items()
        if is_text(dtype) and (not wanted or name in wanted)
    ]


def _tidied(column: str) -> str:
    plain = f"regexp_replace(nfc_normalize({ident(column)}), '{_INVISIBLE}', '', 'g')"
    return f"trim(regexp_replace({plain}, '{_SPACES}', ' ', 'g'))"


def _list(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join(literal(value) for value in values) or "NULL"


def _is_code(chain: Chain, column: str, value: str) -> bool:
    """`NA` among other two-letter codes is one of them (Namibia, North America)."""
    if value.lower() != "na":
        return False
    name = ident(column)
    (others, codes) = chain.one(
        f"SELECT count(DISTINCT {name}), count(DISTINCT {name}) FILTER "
        f"(regexp_full_match({name}, '[A-Z]{{2}}')) FROM {chain.table} "
        f"WHERE {name} <> {literal(value)}"
    )
    return int(others) > 0 and int(codes) == int(others)
