"""Which columns a table has, in what order, and what they are called."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.wrangling.bench import open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field


class Rename(BaseModel):
    """A column and its new name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = column_field("Column to rename.")
    to: str = Field(min_length=1, max_length=200, description="Its new name.")


class SelectColumns(Preparation):
    """Keep some columns (in the given order), leave some out, or rename them."""

    name: ClassVar[str] = "select_columns"
    examples: ClassVar[tuple[str, ...]] = (
        "지역과 매출 열만 남겨줘",
        "필요 없는 열을 제거해주세요",
        "price 열의 이름을 가격으로 바꿔줘",
        "날짜, 제품, 수량 순서로 열을 골라줘",
        "Keep only the region and revenue columns",
        "Drop the id column",
        "Rename price to unit_price",
        "Select date, product and quantity",
    )

    keep: tuple[str, ...] = column_field(
        "Columns to keep, in this order; empty for all.", default=(), many=True
    )
    drop: tuple[str, ...] = column_field("Columns to leave out.", default=(), many=True)
    rename: tuple[Rename, ...] = Field(default=(), description="New names of columns.")

    def check(self, tables: Tables) -> None:
        """Check that something is asked, and that names stay different. Raises BadInput."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        if not (self.keep or self.drop or self.rename):
            raise BadInput("wrangle_no_columns")
        for one in self.rename:
            if dataset.column(one.column) is None:
                known = ", ".join(c.name for c in dataset.columns[:60])
                raise BadInput(
                    "column_unknown", column=one.column, dataset=dataset.name, columns=known
                )
        names = [new for _, new in self._chosen([c.name for c in dataset.columns])]
        if not names:
            raise BadInput("wrangle_no_columns")
        folded = [name.casefold() for name in names]
        if twice := next((n for n in names if folded.count(n.casefold()) > 1), None):
            raise BadInput("wrangle_name_taken", name=twice)

    def run(self, tables: Tables) -> Outcome:
        """Choose the columns."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            chosen = self._chosen([c.name for c in dataset.columns])
            listed = ", ".join(
                ident(old) if old == new else f"{ident(old)} AS {ident(new)}" for old, new in chosen
            )
            left_out = len(dataset.columns) - len(chosen)
            renamed = [f"{one.column} → {one.to}" for one in self.rename]
            facts = [
                Fact(
                    key="wrangling.selected",
                    params={"columns": [new for _, new in chosen][:40], "left_out": left_out},
                )
            ]
            if renamed:
                facts.append(Fact(key="wrangling.renamed", params={"names": renamed}))
            return bench.outcome(
                self,
                f"SELECT {listed} FROM {bench.name(dataset)}",
                bench.say("title.selected", name=dataset.name),
                facts,
            )

    def _chosen(self, names: list[str]) -> list[tuple[str, str]]:
        """Return old and new name of every column that stays."""
        new = {one.column: one.to for one in self.rename}
        kept = list(dict.fromkeys(self.keep)) or names
        return [(name, new.get(name, name)) for name in kept if name not in self.drop]
