"""Pareto: how few make most of it, with classes A, B and C."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import is_additive
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_DRAWN = 40
_NEAR = 1e-9
"""What rounding of sums leaves over."""


class Pareto(Filtered):
    """Pareto (ABC) analysis: ranks groups by a total or by their number of rows, adds the shares
    up, and puts them into classes: A makes the first 80 %, B the next 15 %, C the rest."""

    name: ClassVar[str] = "pareto"
    examples: ClassVar[tuple[str, ...]] = (
        "매출의 80%를 차지하는 제품은 무엇이야?",
        "상품을 ABC 등급으로 나눠줘",
        "파레토 분석을 해줘",
        "Which customers make 80 % of revenue?",
        "ABC analysis of the products by sales",
        "Pareto chart of complaints by reason",
    )

    group_by: str = column_field(
        "Column whose groups are ranked (products, customers, reasons).", named=True
    )
    measure: str = column_field("Column to total; empty to count rows.", *NUMERIC, default="")
    a: float = Field(0.8, gt=0, lt=1, description="Share of the whole that class A makes.")
    b: float = Field(0.95, gt=0, lt=1, description="Share that classes A and B make together.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns do not fit, or totals of the measure mean nothing."""
        super().check(tables)
        column = tables.get(self.dataset).column(self.measure) if self.measure else None
        if column is not None and not is_additive(column):
            raise BadInput("measure_not_additive", column=column.name, unit=column.unit)
        if self.measure == self.group_by:
            raise BadInput("column_twice", column=self.measure)
        if self.a >= self.b:
            raise BadInput("pareto_limits", a=self.a, b=self.b)

    def run(self, tables: Tables) -> Outcome:
        """Compute. A group belongs to the class that the share before it has reached, so that the
        one that passes 80 % is still in A."""
        with open_source(self, tables) as source:
            sql = self._sql(source)
            rows = source.all(sql)
            kept = [row for row in rows if row[1] is not None and row[1] > 0]
            if not kept:
                raise BadInput("pareto_nothing", column=self.measure or self.group_by)
            classes = self._classes(kept)
            heading = measures.heading_of(source, self.measure, "sum")
            title = source.say("pareto.title", heading=heading, by=self.group_by)
            table = self._table(source, title, heading, classes)
            chart = self._chart(source, title, heading, classes)
            facts = self._told(source, heading, classes)
            if left := len(rows) - len(kept):
                params = {"groups": left, "heading": heading}
                facts.append(Fact(key="pareto.left_out", params=params, weight=0.6))
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=(table, chart), code=sql, code_language="sql")

    def _sql(self, source: Source) -> str:
        missing = literal(source.say("missing_value"))
        group = f"coalesce({ident(self.group_by)}::VARCHAR, {missing})"
        value = measures.sql(self.measure, "sum" if self.measure else "count")
        heading = ident(measures.heading_of(source, self.measure, "sum"))
        return (
            f"SELECT {group} AS {ident(self.group_by)}, {value} AS {heading} {source.of()} "
            "GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1"
        )

    def _classes(self, rows: list[tuple[Any, ...]]) -> list[tuple[str, float, float, float, str]]:
        """Return (group, value, share, share up to here, class) of each group."""
        total = sum(float(row[1]) for row in rows)
        found, reached = [], 0.0
        for name, value, *_ in rows:
            before = reached / total + _NEAR
            letter = "A" if before < self.a else "B" if before < self.b else "C"
            reached += float(value)
            found.append((str(name), float(value), float(value) / total, reached / total, letter))
        return found

    def _told(
        self, source: Source, heading: str, classes: list[tuple[str, float, float, float, str]]
    ) -> list[Fact]:
        count = len(classes)
        best = [one for one in classes if one[4] == "A"]
        units = measures.units(source, self.measure, "sum", "value")
        params: dict[str, Any] = {
            "heading": heading, "by": self.group_by, "groups": count, "count": len(best),
            "group_share": len(best) / count, "share": best[-1][3],
            "names": [one[0] for one in best[:5]],
            "more": max(0, len(best) - 5),
        }  # fmt: skip
        key = "pareto.few" if params["more"] else "pareto.few_all"
        key = key if len(best) > 1 else "pareto.one"
        facts = [Fact(key=key, params=params, weight=1.0)]
        first = {
            "heading": heading, "group": best[0][0], "value": best[0][1], "share": best[0][2]
        }  # fmt: skip
        facts.append(Fact(key="pareto.largest", params=first, weight=0.9, units=units))
        sizes = {letter: [o for o in classes if o[4] == letter] for letter in "ABC"}
        facts.append(
            Fact(
                key="pareto.classes",
                params={
                    **{f"{k.lower()}": len(v) for k, v in sizes.items()},
                    **{f"{k.lower()}_share": sum(o[2] for o in v) for k, v in sizes.items()},
                },
                weight=0.8,
            )
        )
        return facts

    def _table(
        self,
        source: Source,
        title: str,
        heading: str,
        classes: list[tuple[str, float, float, float, str]],
    ) -> ArtifactContent:
        share, upto = source.say("heading.share"), source.say("heading.share_up_to")
        columns: dict[str, list[Any]] = {
            self.group_by: [one[0] for one in classes],
            heading: [one[1] for one in classes],
            share: [one[2] for one in classes],
            upto: [one[3] for one in classes],
            source.say("heading.class_abc"): [one[4] for one in classes],
        }
        units = dict.fromkeys((share, upto), PERCENT)
        chosen = {"group": self.group_by, "measure": self.measure}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self,
        source: Source,
        title: str,
        heading: str,
        classes: list[tuple[str, float, float, float, str]],
    ) -> ArtifactContent:
        drawn = classes[:_DRAWN]
        names = [one[0] for one in drawn]
        upto = source.say("heading.share_up_to")
        figure = {
            "data": [
                {"type": "bar", "name": heading, "x": names, "y": plain(o[1] for o in drawn)},
                {
                    "type": "scatter", "mode": "lines+markers", "name": upto, "x": names,
                    "y": plain(o[3] for o in drawn), "yaxis": "y2",
                },
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(self.group_by, type="category"),
                "yaxis": axis(heading, rangemode="tozero"),
                "yaxis2": axis(
                    upto, overlaying="y", side="right", range=[0, 1.05], tickformat=".0%",
                    showgrid=False,
                ),
                "legend": {"orientation": "h"},
            },
        }  # fmt: skip
        count = sum(one[4] == "A" for one in classes)
        described = source.say(
            "pareto.chart", title=title, groups=len(drawn), count=count, share=classes[count - 1][3]
        )
        return source.chart(title, figure, described, table=title)
