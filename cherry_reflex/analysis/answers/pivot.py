"""A measure over two groupings, as a cross table."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import averaging_facts, suited_how
from cherry_reflex.analysis.sql.computed import ComputedColumn
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import Period
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.analysis.sql.statistic import (
    AnyHow,
    Statistic,
    how_field,
    other_field,
    share_field,
    statistic_of,
)
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact, Outcome, Tables, column_field

_COLUMNS_MAX = 50


class Pivot(Filtered):
    """Cross table: one column's values down, another's across, a measure in the cells (or the
    number of rows), with totals."""

    name: ClassVar[str] = "pivot"
    examples: ClassVar[tuple[str, ...]] = (
        "지역과 제품별 매출을 교차표로 보여줘",
        "행은 지역, 열은 연도로 피벗해줘",
        "성별과 등급의 교차표를 만들어주세요",
        "월별 카테고리별 판매량 표를 만들어줘",
        "Pivot sales by region and product",
        "Cross tabulate gender and grade",
        "A table of regions against years",
        "Break revenue down by category and month",
    )

    down: str = column_field("Column whose values go down, one row each.", expression=True)
    across: str = column_field(
        "Column whose values go across, one column each (at most 50).", expression=True
    )
    measure: str = column_field(
        "Column in the cells; empty to count rows.", default="", expression=True
    )
    how: AnyHow = how_field("How the measure is put together in each cell.")
    p: float = share_field()
    other: str = other_field()
    period: Period = Field("", description="Length of the pieces that dates are cut into.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns do not fit."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        how = self.how if self.measure or self.how == "share" else "count"
        Statistic(self.measure, how, self.p, self.other).check(dataset)
        if self.down == self.across:
            raise BadInput("columns_repeated", columns=self.down)

    def run(self, tables: Tables) -> Outcome:
        """Compute the cross table."""
        with open_source(self, tables) as source:
            column = source.dataset.column(self.measure) if self.measure else None
            how = self.how
            if how == "sum":
                how = suited_how(column, how, is_given="how" in self.model_fields_set)
            statistic = statistic_of(source.dataset, self.measure, how, self.p, self.other)
            whole = source.of()
            value = statistic.sql(whole=whole)
            down, across = self._key(source, self.down), self._key(source, self.across)
            names = [
                str(row[0])
                for row in source.all(
                    f"SELECT {across} {source.of()} GROUP BY 1 ORDER BY count(*) DESC, 1 "
                    f"LIMIT {_COLUMNS_MAX + 1}"
                )
            ]
            if len(names) > _COLUMNS_MAX:
                raise BadInput("pivot_wide", column=self.across, limit=_COLUMNS_MAX)
            names.sort()
            total = source.say("heading.total")
            shown = _apart(
                [name or source.say("missing_value") for name in names], self.down, total
            )
            cells = [
                f"{statistic.sql(f'{across} = {literal(name)}', whole)} AS {ident(head)}"
                for name, head in zip(names, shown, strict=True)
            ]
            cells.append(f"{value} AS {ident(total)}")
            sql = (
                f"SELECT {down} AS {ident(self.down)}, {', '.join(cells)} {source.of()} "
                f"GROUP BY 1 ORDER BY {len(names) + 2} DESC NULLS LAST, 1"
            )
            heading = statistic.heading(source)
            title = source.say("title.pivot", heading=heading, down=self.down, across=self.across)
            unit = statistic.unit(source)
            units = dict.fromkeys([*shown, total], unit) if unit else {}
            chosen = {"down": self.down, "across": self.across}
            table = source.table(title, sql, chosen=chosen, units=units)
            best = source.one(
                f"SELECT {down}, {across}, {value} AS v {source.of()} GROUP BY 1, 2 "
                "HAVING v IS NOT NULL ORDER BY v DESC LIMIT 1"
            )
            if not best:
                raise BadInput("values_none", column=self.measure or self.down)
            params: dict[str, Any] = {"x": str(best[0]), "y": str(best[1]), "heading": heading}
            found = best[2]
            params["value"] = found if isinstance(found, int | str) else float(found)
            units = statistic.units(source, "value")
            fact = Fact(key="chart.largest_pair", params=params, weight=0.9, units=units)
            is_given = "how" in self.model_fields_set
            told = averaging_facts(source, self.measure, how, is_given=is_given)
            facts = (fact, *told, *source.facts())
        return Outcome(facts=facts, artifacts=(table,), code=sql, code_language="sql")

    def _key(self, source: Source, column: str) -> str:
        name = ident(column)
        found = source.column(column)
        # An expression has cut its dates already.
        if found.type in TEMPORAL and (self.period or not isinstance(found, ComputedColumn)):
            days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")[0]
            period = measures.period_for(int(days or 0), self.period)
            name = measures.label(measures.cut(column, period), period)
        return f"coalesce({name}::VARCHAR, {literal(source.say('missing_value'))})"


def _apart(names: list[str], *taken: str) -> list[str]:
    """Tell headings apart: SQL does not know upper from lower case."""
    known, found = {name.casefold() for name in taken}, []
    for name in names:
        head, number = name, 2
        while head.casefold() in known:
            head, number = f"{name} ({number})", number + 1
        known.add(head.casefold())
        found.append(head)
    return found
