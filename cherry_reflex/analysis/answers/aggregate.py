"""Totals, averages and counts, overall or by groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

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
from cherry_reflex.core.unit import PERCENT, Unit

_WITHIN_TOLD = 12
_ADDS_UP = 0.999


@dataclass(frozen=True)
class _Headings:
    groups: tuple[str, ...]
    value: str


class Aggregate(Filtered):
    """Puts a measure into one number, overall or for each group: totals, averages, counts, medians,
    largest and smallest. Ranks the groups, also within another column (the best product of each
    region), and cuts dates into days, weeks, months, quarters or years."""

    name: ClassVar[str] = "aggregate"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출 합계를 구해줘",
        "제품별 평균 가격을 알려주세요",
        "월별 주문 건수를 세어줘",
        "지역마다 가장 잘 팔리는 제품이 무엇인가요?",
        "전체 매출이 얼마인가요?",
        "부서별 급여 중앙값이 얼마야?",
        "매장별 이익을 비교해줘",
        "가장 많이 팔린 상품이 뭐야?",
        "올해 가입한 고객은 몇 명이야?",
        "Total revenue by region",
        "What is the average price of each product?",
        "Which product sells best in each region?",
        "Count the orders per month",
        "Top 10 customers by revenue",
        "Compare the profit of the stores",
        "Which product sold the most?",
        "How many customers joined before last year?",
        "How much did we sell in total?",
    )

    measure: str = column_field(
        "Column to put into one number; empty to count rows.",
        default="",
        expression=True,
        aggregated=True,
    )
    how: AnyHow = how_field(
        "sum: total; mean: average; median; count: number of rows; distinct: number of "
        "different values; min; max; std: standard deviation."
    )
    p: float = share_field()
    other: str = other_field()
    group_by: tuple[str, ...] = column_field(
        "Columns whose values make the groups; empty for one number over all rows.",
        many=True,
        default=(),
        expression=True,
    )
    within: str = column_field(
        "One of the group columns: ranks the others within each of its values; empty to rank all.",
        default="",
    )
    period: Period = Field(
        "", description="Length of the pieces that dates are cut into; empty to choose by range."
    )
    order: Literal["largest", "smallest", "group"] = Field(
        "largest", description="Which groups come first: the largest, the smallest, or by name."
    )
    top: int = Field(0, ge=0, le=1000, description="Number of groups to keep; 0 keeps all.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when measure, groups or filters do not fit."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        Statistic(self.measure, self._how, self.p, self.other).check(dataset)
        if self.within and self.within not in self.group_by:
            raise BadInput("within_not_grouped", column=self.within)
        if len(set(self.group_by)) != len(self.group_by):
            raise BadInput("columns_repeated", columns=", ".join(self.group_by))

    @property
    def _how(self) -> AnyHow:
        """Without a measure there are only rows to count."""
        return self.how if self.measure or self.how == "share" else "count"

    def run(self, tables: Tables) -> Outcome:
        """Compute the table of groups and what is notable in it. A measure that does not add up
        (percentages) is averaged, unless its total was asked for."""
        column = tables.get(self.dataset).column(self.measure) if self.measure else None
        is_given = "how" in self.model_fields_set
        how = self._how
        if how == "sum":
            how = suited_how(column, how, is_given=is_given) if column else how
        operation = self if how == self._how else self.model_copy(update={"how": how})
        with open_source(operation, tables) as source:
            outcome = operation._computed(source)
            told = averaging_facts(source, self.measure, how, is_given=is_given)
        return outcome.model_copy(update={"facts": (*outcome.facts, *told)})

    def _computed(self, source: Source) -> Outcome:
        statistic = self._statistic(source)
        value = statistic.sql(whole=source.of())
        heading = statistic.heading(source)
        if not self.group_by:
            return self._overall(source, value, heading)
        return self._grouped(source, value, heading)

    def _statistic(self, source: Source) -> Statistic:
        return statistic_of(source.dataset, self.measure, self._how, self.p, self.other)

    def _overall(self, source: Source, value: str, heading: str) -> Outcome:
        sql = f"SELECT {value} AS {ident(heading)} {source.of()}"
        found = source.one(sql)[0]
        fact = Fact(
            key="aggregate.total",
            params={"heading": heading, "value": _plain(found), "rows": source.rows},
            weight=1.0,
            units=self._units(source),
        )
        table = source.table(heading, sql, units=self._column_units(source, heading))
        return Outcome(
            facts=(fact, *self._missing(source), *source.facts()),
            artifacts=(table,),
            code=sql,
            code_language="sql",
        )

    def _grouped(self, source: Source, value: str, heading: str) -> Outcome:
        keys = [self._key(source, column) for column in self.group_by]
        headings = _Headings(tuple(self.group_by), heading)
        sql = self._sql(source, keys, value, headings)
        title = source.say("title.by", heading=heading, groups=", ".join(self.group_by))
        # What is told is true of all groups, also of those that the table leaves out.
        every = self._sql(source, keys, value, headings, whole=True)
        source.connection.execute(f"CREATE TEMP TABLE every_group AS {every}")
        units = self._column_units(source, heading)
        table = source.table(title, sql, chosen=self._chosen(), units=units)
        facts = [*self._told(source, headings), *self._missing(source), *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(table,), code=sql, code_language="sql")

    def _sql(
        self,
        source: Source,
        keys: list[str],
        value: str,
        headings: _Headings,
        *,
        whole: bool = False,
    ) -> str:
        top = 0 if whole else self.top
        selected = [f"{k} AS {ident(g)}" for k, g in zip(keys, headings.groups, strict=True)]
        selected.append(f"{value} AS {ident(headings.value)}")
        if self._adds_up(source):
            share = source.say("heading.share")
            over = f"PARTITION BY {ident(self.within)}" if self.within else ""
            total = f"sum({ident(headings.value)}) OVER ({over})"
            outer = f"*, {ident(headings.value)} / nullif({total}, 0) AS {ident(share)}"
        else:
            outer = "*"
        inner = f"SELECT {', '.join(selected)} {source.of()} GROUP BY ALL"
        way = "ASC" if self.order == "smallest" else "DESC"
        by_value = f"{ident(headings.value)} {way} NULLS LAST"
        names = ", ".join(ident(name) for name in headings.groups)
        temporal = [n for n in headings.groups if source.column(n).type in TEMPORAL]
        if self.within:
            order, qualify = f"{ident(self.within)}, {by_value}", f"{ident(self.within)}"
        elif self.order == "group" or (temporal and not top):
            order, qualify = names, ""
        else:
            order, qualify = f"{by_value}, {names}", ""
        sql = f"SELECT {outer} FROM ({inner})"
        if self.within and top:
            sql += f" QUALIFY row_number() OVER (PARTITION BY {qualify} ORDER BY {by_value})"
            sql += f" <= {top}"
        sql += f" ORDER BY {order}"
        return f"{sql} LIMIT {top}" if top and not self.within else sql

    def _key(self, source: Source, column: str) -> str:
        found = source.column(column)
        # An expression has cut its dates already.
        if found.type not in TEMPORAL or (isinstance(found, ComputedColumn) and not self.period):
            return ident(column)
        period = self._period(source, column)
        return measures.label(measures.cut(column, period), period)

    def _period(self, source: Source, column: str) -> str:
        name = ident(column)
        days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")[0]
        return measures.period_for(int(days or 0), self.period)

    def _told(self, source: Source, headings: _Headings) -> list[Fact]:
        if self.within:
            return self._told_within(source, headings)
        value, named = ident(headings.value), named_group(source, headings.groups)
        ranked = f"SELECT {named}, {value} FROM every_group WHERE {value} IS NOT NULL ORDER BY 2"
        count = source.one("SELECT count(*) FROM every_group")[0]
        total = None
        if self._adds_up(source):
            total = source.one(f"SELECT sum({value}) FROM every_group")[0]
        best = source.one(f"{ranked} DESC LIMIT 1")
        worst = source.one(f"{ranked} ASC LIMIT 1")
        if not best or not worst:
            raise BadInput("values_none", column=self.measure or headings.value)
        common: dict[str, Any] = {
            "heading": headings.value,
            "by": ", ".join(headings.groups),
            "groups": int(count),
        }
        units = self._units(source)
        facts = [self._best(best, float(total) if total else None, common, units)]
        if count > 1:
            low = {"group": str(worst[0]), "value": _plain(worst[1])}
            lowest = {**common, **low}
            facts.append(Fact(key="aggregate.lowest", params=lowest, weight=0.8, units=units))
        second = source.all(f"{ranked} DESC LIMIT 2")
        close = second[1][1] if len(second) > 1 and _positive(second[1][1]) else best[1]
        if best[1] != close:
            ahead = float(best[1]) / float(close) - 1
            params = {**common, "group": str(best[0]), "second": str(second[1][0]), "ahead": ahead}
            facts.append(Fact(key="aggregate.ahead", params=params, weight=0.7))
        if total is not None:
            params = {**common, "value": _plain(total)}
            facts.append(
                Fact(key="aggregate.sum_of_groups", params=params, weight=0.75, units=units)
            )
        return facts

    def _best(
        self,
        best: tuple[Any, ...],
        total: float | None,
        common: dict[str, Any],
        units: dict[str, Unit],
    ) -> Fact:
        params = {**common, "group": str(best[0]), "value": _plain(best[1])}
        if total and float(best[1]) <= total * _ADDS_UP:
            params["share"] = float(best[1]) / total
            return Fact(key="aggregate.highest_share", params=params, weight=1.0, units=units)
        return Fact(key="aggregate.highest", params=params, weight=1.0, units=units)

    def _told_within(self, source: Source, headings: _Headings) -> list[Fact]:
        value, outer = ident(headings.value), ident(self.within)
        inner = [name for name in headings.groups if name != self.within] or [self.within]
        rows = source.all(
            f"SELECT {outer}::VARCHAR, {named_group(source, inner)}, {value} FROM every_group "
            f"WHERE {value} IS NOT NULL AND {outer} IS NOT NULL QUALIFY row_number() OVER "
            f"(PARTITION BY {outer} ORDER BY {value} {self._way}) = 1 ORDER BY {value} DESC "
            f"LIMIT {_WITHIN_TOLD}"
        )
        key = "aggregate.least_within" if self.order == "smallest" else "aggregate.best_within"
        return [
            Fact(
                key=key,
                params={
                    "outer": str(row[0]),
                    "inner": str(row[1]),
                    "value": _plain(row[2]),
                    "heading": headings.value,
                },
                weight=1.0 - place * 0.01,
                units=self._units(source),
            )
            for place, row in enumerate(rows)
        ]

    @property
    def _way(self) -> str:
        return "ASC" if self.order == "smallest" else "DESC"

    def _missing(self, source: Source) -> tuple[Fact, ...]:
        if self._how in measures.COUNTING or source.dataset.column(self.measure) is None:
            return ()
        missing = source.one(f"SELECT count(*) {source.of(f'{ident(self.measure)} IS NULL')}")[0]
        if not missing:
            return ()
        params = {"column": self.measure, "missing": int(missing), "rows": source.rows}
        return (Fact(key="missing_left_out", params=params, weight=0.6),)

    def _units(self, source: Source) -> dict[str, Unit]:
        return self._statistic(source).units(source, "value")

    def _column_units(self, source: Source, heading: str) -> dict[str, Unit]:
        units = self._statistic(source).units(source, heading)
        if self.group_by and (self._adds_up(source) or self._how == "share"):
            units[source.say("heading.share")] = PERCENT
        return units

    def _adds_up(self, source: Source) -> bool:
        return self._statistic(source).usual in measures.ADDITIVE

    def _chosen(self) -> dict[str, Any]:
        return {"measure": self.measure, "how": self._how, "group_by": list(self.group_by)}


def named_group(source: Source, columns: Sequence[str]) -> str:
    """Return SQL that names a group by its values, missing ones in words."""
    missing = literal(source.say("missing_value"))
    parts = [f"coalesce({ident(column)}::VARCHAR, {missing})" for column in columns]
    return f"concat_ws(' · ', {', '.join(parts)})"


def _plain(value: Any) -> Any:
    if isinstance(value, int | float | str) or value is None:
        return value
    return float(value) if hasattr(value, "as_tuple") else str(value)  # a decimal; else a date


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and value > 0
