"""Numbers and yes/no values that arrived as text: `1,200원`, `12%`, `3만`, `(450)`, `예`."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange, Mapped
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.cleaning.tidy import texts
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.core.operation import Fact, column_field

MIN_SHARE = 0.9
_LISTED = 200
_LOOKED_AT = 2_000
"""Different values that are looked at before all are tried."""
_NUMBER = (
    r"^([-+−]?)\s*([₩￦$€£¥]?)\s*([-+−]?)"
    r"([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"((?:[eE][-+]?[0-9]{1,3})?)\s*(?:(천|만|억|조)\s*([^0-9,.+\-()]{0,12})|([kKM])|([^0-9,.+\-()]{0,12}))$"
)
_PARTS = (
    "sign",
    "currency",
    "inner_sign",
    "digits",
    "exponent",
    "scale",
    "scaled_unit",
    "short_scale",
    "unit",
)
_BRACKETED = r"^\((.+)\)$"
_SCALES = {"천": "1e3", "만": "1e4", "억": "1e8", "조": "1e12", "k": "1e3", "K": "1e3", "M": "1e6"}
_BOOLEANS: tuple[tuple[str, str], ...] = (
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("예", "아니요"),
    ("예", "아니오"),
    ("네", "아니요"),
    ("참", "거짓"),
)


class FixTypes(CleaningStep):
    """Turn text columns that really hold numbers (with currency signs, thousands separators,
    percent signs, units, 만/억) or yes/no values into numbers and booleans. Values that do not fit
    become missing and are listed."""

    name: ClassVar[str] = "fix_types"
    examples: ClassVar[tuple[str, ...]] = (
        "글자로 저장된 금액을 숫자로 바꿔줘",
        "가격 열의 쉼표와 원 표시를 없애고 숫자로 변환해주세요",
        "퍼센트 값을 숫자형으로 바꿔줘",
        "데이터 타입을 바로잡아줘",
        "Convert the price column from text to numbers",
        "Remove the currency signs and make it numeric",
        "Fix the data types",
        "Turn yes/no into booleans",
    )

    columns: tuple[str, ...] = column_field(
        "Text columns to convert; empty for all that fit.",
        "text",
        "category",
        default=(),
        many=True,
    )
    min_share: float = Field(
        default=MIN_SHARE,
        ge=0.5,
        le=1,
        description="Share of a column's values that must be convertible (0.5 to 1).",
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Convert every column that fits."""
        changes = []
        for column in texts(chain, self.columns):
            change = self._boolean(chain, column) or self._number(chain, column)
            if change is not None:
                changes.append(change)
        return changes

    def _boolean(self, chain: Chain, column: str) -> CleaningChange | None:
        name = ident(column)
        found = chain.all(
            f"SELECT DISTINCT lower({name}) FROM {chain.table} WHERE {name} IS NOT NULL LIMIT 3"
        )
        values = {str(row[0]) for row in found}
        pair = next((p for p in _BOOLEANS if values == set(p)), None)
        if pair is None:
            return None
        yes, no = pair
        sql = f"CASE lower({name}) WHEN {literal(yes)} THEN TRUE WHEN {literal(no)} THEN FALSE END"
        (cells,) = chain.one(f"SELECT count({name}) FROM {chain.table}")
        chain.convert(column, sql)
        params = {"column": column, "yes": yes, "no": no}
        return CleaningChange(
            "fix_types", Fact(key="cleaning.to_boolean", params=params), column, int(cells)
        )

    def _number(self, chain: Chain, column: str) -> CleaningChange | None:
        define_numbers(chain)
        tried = chain.distinct(column)
        if not likely(chain, "number_in(v)", self.min_share):
            return None
        chain.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE parsed AS SELECT v, n, number_in(v) AS p FROM {tried}"
        )
        present, numbers, codes, whole = chain.one(
            "SELECT sum(n), coalesce(sum(n) FILTER (p IS NOT NULL), 0), "
            "count(*) FILTER (regexp_full_match(v, '0[0-9]+')), "
            "coalesce(bool_and(p = trunc(p) AND abs(p) < 9e15), FALSE) FROM parsed"
        )
        if not present or codes or numbers < self.min_share * present:
            # Leading zeros make a code (00501), not a number.
            return None
        units = chain.all(
            "SELECT unit_in(v) AS unit, sum(n) FROM parsed "
            "WHERE p IS NOT NULL AND unit_in(v) <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"
        )
        if len(units) > 1:
            params = {"column": column, "units": [str(row[0]) for row in units]}
            return CleaningChange(
                "fix_types", Fact(key="cleaning.units_mixed", params=params, weight=1.5), column
            )
        failed = chain.all(
            f"SELECT v, n FROM parsed WHERE p IS NULL ORDER BY n DESC, v LIMIT {_LISTED}"
        )
        dtype = "BIGINT" if whole else "DOUBLE"
        chain.convert(column, f"number_in({ident(column)})::{dtype}")
        told: dict[str, Any] = {
            "column": column,
            "cells": int(present),
            "failed": int(present - numbers),
        }
        key = "cleaning.to_number"
        if units:
            key, told["unit"] = "cleaning.to_number_unit", str(units[0][0])
        return CleaningChange(
            "fix_types",
            Fact(key=key, params=told, weight=1.3),
            column,
            int(present),
            mapped=tuple(Mapped(value, None, int(count)) for value, count in failed),
        )


def likely(chain: Chain, parsed: str, min_share: float) -> bool:
    """Return whether a look at some of the values in `tried` leaves a chance that `min_share` of
    all can be read by the SQL `parsed`."""
    (seen, fitting) = chain.one(
        f"SELECT count(*), count({parsed}) FROM (SELECT v FROM tried LIMIT {_LOOKED_AT})"
    )
    return bool(seen) and fitting >= seen * min_share / 4


def define_numbers(chain: Chain) -> None:
    """Define the macros `number_in(v)`: the number in a text, NULL where there is none, and
    `unit_in(v)`: the unit (`원`, `$`, `%`, `kg`) beside it."""
    names = ", ".join(f"'{name}'" for name in _PARTS)
    chain.define(
        "number_parts",
        f"regexp_extract(regexp_replace(v, '{_BRACKETED}', '-\\1'), '{_NUMBER}', [{names}])",
    )
    scales = " ".join(f"WHEN {literal(word)} THEN {by}" for word, by in _SCALES.items())
    chain.define(
        "number_in",
        "try_cast(replace(number_parts(v).digits, ',', '') || number_parts(v).exponent AS DOUBLE)"
        " * CASE WHEN number_parts(v).sign || number_parts(v).inner_sign IN ('-', '−') THEN -1"
        " ELSE 1 END"
        f" * CASE number_parts(v).scale || number_parts(v).short_scale {scales} ELSE 1 END",
    )
    chain.define(
        "unit_in",
        "trim(number_parts(v).currency || number_parts(v).scaled_unit || number_parts(v).unit)",
    )
