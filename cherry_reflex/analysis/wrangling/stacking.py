"""Tables of the same kind, one under the other."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.types import is_numeric
from cherry_reflex.analysis.wrangling.bench import new_name, open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables

_SOURCE = "source"


class StackTables(Preparation):
    """Put the rows of several datasets of the same kind (such as one file a month) under each
    other, matched by column names, with a column that says where each row comes from."""

    name: ClassVar[str] = "stack_tables"
    examples: ClassVar[tuple[str, ...]] = (
        "월별 파일들을 하나로 이어 붙여줘",
        "같은 형식의 파일을 모두 합쳐주세요",
        "1월과 2월 데이터를 위아래로 합쳐줘",
        "여러 시트를 하나의 표로 모아줘",
        "Append all monthly files into one table",
        "Stack the sheets on top of each other",
        "Concatenate the datasets",
        "Union the rows of all files",
    )

    datasets: tuple[str, ...] = Field(
        default=(), description="Names of the datasets in order; empty for all."
    )
    columns: Literal["all", "common"] = Field(
        default="all",
        description="Keep all columns (empty where a table has none), or common ones.",
    )
    source_column: str = Field(
        default=_SOURCE, description="Column for the dataset's name; empty for none."
    )

    def run(self, tables: Tables) -> Outcome:
        """Stack. Raises BadInput `wrangle_one_dataset`, `wrangle_nothing_common`."""
        chosen = [tables.get(name) for name in self.datasets] or list(tables.datasets)
        if len(chosen) == 1:
            raise BadInput("wrangle_one_dataset", name=chosen[0].name)
        with open_bench(tables, *chosen) as bench:
            types = [bench.types(bench.name(dataset)) for dataset in chosen]
            names = list(dict.fromkeys(name for one in types for name in one))
            common = [name for name in names if all(name in one for one in types)]
            if not common:
                raise BadInput("wrangle_nothing_common", names=[d.name for d in chosen])
            kept = names if self.columns == "all" else common
            as_text, dtypes = [], {}
            for name in kept:
                kinds = {one[name] for one in types if name in one}
                if len(kinds) == 1:
                    dtypes[name] = kinds.pop()
                elif all(map(is_numeric, kinds)):
                    dtypes[name] = "DOUBLE"
                elif kinds <= {"DATE", "TIMESTAMP"}:
                    dtypes[name] = "TIMESTAMP"
                else:
                    dtypes[name] = "VARCHAR"
                    as_text.append(name)
            source = new_name(self.source_column, kept) if self.source_column else ""
            parts = []
            for dataset, one in zip(chosen, types, strict=True):
                selected = [
                    f"{ident(name) if name in one else 'NULL'}::{dtypes[name]} AS {ident(name)}"
                    for name in kept
                ]
                if source:
                    selected.append(f"{literal(dataset.name)} AS {ident(source)}")
                parts.append(f"SELECT {', '.join(selected)} FROM {bench.name(dataset)}")
            facts = [
                Fact(
                    key="wrangling.stacked",
                    params={"count": len(chosen), "names": [d.name for d in chosen][:20]},
                )
            ]
            if partly := [name for name in names if name not in common]:
                key = "partly_kept" if self.columns == "all" else "partly_dropped"
                params = {"columns": partly[:20], "count": len(partly)}
                facts.append(Fact(key=f"wrangling.{key}", params=params, weight=1.5))
            if as_text:
                params = {"columns": as_text[:20]}
                facts.append(Fact(key="wrangling.stacked_text", params=params, weight=1.6))
            return bench.outcome(
                self, "\nUNION ALL\n".join(parts), bench.say("title.stacked"), facts
            )
