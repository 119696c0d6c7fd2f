"""Columns read as another type than they were found to be."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange, Mapped
from cherry_reflex.analysis.cleaning.dates import define_dates
from cherry_reflex.analysis.cleaning.numbers import define_numbers
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.sql.types import is_numeric, is_temporal, is_text
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, column_field

Kind = Literal["number", "integer", "text", "date", "datetime", "boolean"]
_DTYPES = {
    "number": "DOUBLE",
    "integer": "BIGINT",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_YES = "'true', 'yes', 'y', 't', '1', '예', '네', '참'"
_NO = "'false', 'no', 'n', 'f', '0', '아니요', '아니오', '거짓'"
_LISTED = 200


class RetypeColumns(CleaningStep):
    """Read columns as another type: number, integer, text (codes such as 00501), date, datetime or
    boolean. Values that do not fit become missing and are listed."""

    name: ClassVar[str] = "retype_columns"
    examples: ClassVar[tuple[str, ...]] = (
        "우편번호를 텍스트로 바꿔줘",
        "주문일 열을 날짜형으로 변환해주세요",
        "가격을 숫자로 읽어줘",
        "고객번호는 숫자가 아니라 문자로 처리해줘",
        "Treat the zip code as text",
        "Read the order date as a date",
        "Convert price to a number",
        "The id column should be a string",
    )

    columns: tuple[str, ...] = column_field("Columns to convert.", many=True)
    to: Kind = Field(description="The type that they should have.")
    day_first: bool = Field(
        default=False, description="For dates: 03/04/2024 is 3 April, not 4 March."
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Convert. Raises BadInput `load_no_columns`, `load_not_convertible` when no value of a
        column fits."""
        if not self.columns:
            raise BadInput("load_no_columns")
        return [self._column(chain, name) for name in self.columns if name in chain.columns]

    def _column(self, chain: Chain, column: str) -> CleaningChange:
        name, dtype = ident(column), chain.columns[column]
        wanted = _DTYPES[self.to]
        if dtype == wanted:
            params = {"column": column, "to": self.to}
            return CleaningChange("fix_types", Fact(key="loading.already", params=params), column)
        sql = self._sql(chain, name, dtype)
        present, fitting = chain.one(f"SELECT count({name}), count({sql}) FROM {chain.table}")
        if present and not fitting:
            raise BadInput("load_not_convertible", column=column, to=self.to)
        failed = chain.all(
            f"SELECT {name}::VARCHAR, count(*) FROM {chain.table} WHERE {name} IS NOT NULL "
            f"AND ({sql}) IS NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_LISTED}"
        )
        chain.replace({column: sql}, force=True)
        told = {
            "column": column,
            "to": self.to,
            "cells": int(present),
            "failed": int(present - fitting),
        }
        return CleaningChange(
            "fix_types",
            Fact(key="loading.retyped", params=told, weight=1.8),
            column,
            max(1, int(present)),
            mapped=tuple(Mapped(value, None, int(count)) for value, count in failed),
        )

    def _sql(self, chain: Chain, name: str, dtype: str) -> str:
        if self.to == "text":
            whole = f"{name} = trunc({name}) AND abs({name}) < 9e15"
            if dtype == "DOUBLE":
                number = f"try_cast({name} AS BIGINT)::VARCHAR"
                return f"CASE WHEN {whole} THEN {number} ELSE {name}::VARCHAR END"
            return f"{name}::VARCHAR"
        if is_text(dtype):
            return self._from_text(chain, name)
        if self.to in ("date", "datetime") and is_numeric(dtype):
            # 20240305 is a date; other numbers are none.
            written = f"try_cast({name} AS BIGINT)::VARCHAR"
            return f"{define_dates(chain, day_first=self.day_first)}({written})::{_DTYPES[self.to]}"
        if is_temporal(dtype) and self.to in ("number", "integer", "boolean"):
            return f"NULL::{_DTYPES[self.to]}"
        if self.to == "integer" and is_numeric(dtype):
            return f"CASE WHEN {name} = trunc({name}) THEN try_cast({name} AS BIGINT) END"
        if self.to == "boolean" and is_numeric(dtype):
            return f"CASE {name} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END"
        return f"try_cast({name} AS {_DTYPES[self.to]})"

    def _from_text(self, chain: Chain, name: str) -> str:
        if self.to in ("date", "datetime"):
            return f"{define_dates(chain, day_first=self.day_first)}({name})::{_DTYPES[self.to]}"
        if self.to == "boolean":
            said = f"lower(trim({name}))"
            return f"CASE WHEN {said} IN ({_YES}) THEN TRUE WHEN {said} IN ({_NO}) THEN FALSE END"
        define_numbers(chain)
        number = f"number_in(trim({name}))"
        if self.to == "integer":
            return f"CASE WHEN {number} = trunc({number}) THEN try_cast({number} AS BIGINT) END"
        return number
