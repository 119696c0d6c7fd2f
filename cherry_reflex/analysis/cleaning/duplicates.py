"""Rows that are there more than once."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import ROW, Chain
from cherry_reflex.analysis.sql.types import is_text
from cherry_reflex.core.operation import Fact, column_field


class RemoveDuplicates(CleaningStep):
    """Remove rows that repeat another one, in all columns or in the chosen key columns."""

    name: ClassVar[str] = "remove_duplicates"
    examples: ClassVar[tuple[str, ...]] = (
        "중복된 행을 제거해줘",
        "주문번호가 같은 행은 하나만 남겨주세요",
        "고객 이메일 기준으로 중복을 없애줘",
        "똑같은 데이터가 두 번 들어간 것을 지워줘",
        "Remove duplicate rows",
        "Drop duplicates by order id",
        "Keep only one row per customer",
        "Deduplicate the table",
    )

    columns: tuple[str, ...] = column_field(
        "Columns whose values make two rows the same; empty for all.", default=(), many=True
    )
    keep: Literal["first", "last"] = Field(
        default="first", description="Which of the repeated rows stays."
    )
    ignore_case: bool = Field(
        default=False, description="Whether texts that differ in case and outer spaces are equal."
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Keep one of each."""
        chosen = [name for name in chain.columns if not self.columns or name in self.columns]
        keys = ", ".join(self._key(name, chain.columns[name]) for name in chosen)
        order = "ASC" if self.keep == "first" else "DESC"
        repeated = f"row_number() OVER (PARTITION BY {keys} ORDER BY {ROW} {order}) = 1"
        rows = chain.rows
        if (
            chain.one(f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {chain.table})")[0]
            == rows
        ):
            if self.columns:
                params = {"columns": chosen, "rows": rows}
                fact = Fact(key="cleaning.no_duplicates", params=params)
                return [CleaningChange("remove_duplicates", fact)]
            return []
        removed = chain.select(f"SELECT * FROM {{table}} QUALIFY {repeated} ORDER BY {ROW}")
        params = {
            "rows": removed,
            "share": removed / rows,
            "columns": chosen,
            "keep": f"cleaning.{self.keep}",
        }
        key = "cleaning.duplicates_by" if self.columns else "cleaning.duplicates"
        fact = Fact(key=key, params=params, weight=2)
        return [CleaningChange("remove_duplicates", fact, ", ".join(self.columns), rows=removed)]

    def _key(self, name: str, dtype: str) -> str:
        column = ident(name)
        return f"lower(trim({column}))" if self.ignore_case and is_text(dtype) else column
