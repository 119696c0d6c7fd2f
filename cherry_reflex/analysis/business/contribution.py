"""Why a measure changed between two periods: which groups, and mix or rate where it is a ratio."""

import datetime
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.business.change import Change, GroupChange, changes
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import averaging_facts, suited_how
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filter, Filtered
from cherry_reflex.analysis.sql.measures import Period
from cherry_reflex.analysis.sql.period import is_whole, last_day, name_of, next_start
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Tables,
    column_field,
)

_GROUPS_MAX = 1000
_CANDIDATE_GROUPS_MAX = 50
_CANDIDATES_MAX = 8
_DRAWN = 20
_SMALL = 1e-12


class Contribution(Filtered):
    """Why did a measure change? Compares two periods of time (or two values of another column) and
    says which groups made the change, and, where the measure is an average or a ratio of two
    totals, how much came from the mix of the groups and how much from within them."""

    name: ClassVar[str] = "contribution"
    examples: ClassVar[tuple[str, ...]] = (
        "매출이 왜 줄었어?",
        "전년 대비 매출 증가에 가장 크게 기여한 지역은 어디야?",
        "객단가가 떨어진 원인을 분석해줘",
        "Why did revenue fall in March?",
        "Which products drove the growth between 2023 and 2024?",
        "Was the drop in margin a mix effect or lower rates?",
    )

    measure: str = column_field(
        "Column whose change is explained; empty to count rows.", *NUMERIC, default=""
    )
    how: Literal["sum", "mean"] = Field(
        "sum", description="Total or average of the measure (an average where totals mean nothing)."
    )
    per: str = column_field(
        "Denominator: the measure is then the ratio of both totals.", *NUMERIC, default=""
    )
    date: str = column_field("Column of dates that holds the two periods.", *TEMPORAL)
    group_by: str = column_field(
        "Column whose groups explain the change; empty to choose the one that explains it best.",
        *GROUPING,
        default="",
    )
    period: Period = Field("", description="Length of a period; empty to choose by the range.")
    before: str = Field("", description="The earlier period: 2023, 2024-03, 2024-Q1 or a day.")
    after: str = Field("", description="The later period; both empty: the last two whole ones.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns or periods do not fit."""
        super().check(tables)
        if bool(self.before) != bool(self.after):
            raise BadInput("contribution_periods", before=self.before, after=self.after)
        if self.per and (not self.measure or self.per == self.measure):
            raise BadInput("column_twice", column=self.per)

    def run(self, tables: Tables) -> Outcome:
        """Compute the change and its parts."""
        with open_source(self, tables) as source:
            names, spans, facts = self._periods(source)
            found = self._best(source, spans)
            change, by = found
            title = source.say("contribution.title", heading=self._heading(source), by=by, **names)
            table = self._table(source, title, change, by, names)
            chart = self._chart(source, title, change, by, names)
            told = [*self._told(source, change, by, names), *facts]
            if not self.per:
                is_given = "how" in self.model_fields_set
                how = self._how(source)
                told += averaging_facts(source, self.measure, how, is_given=is_given)
            told += source.facts()
            code = self._sql(source, by, spans)
        return Outcome(facts=tuple(told), artifacts=(table, chart), code=code, code_language="sql")

    def _how(self, source: Source) -> str:
        if not self.measure:
            return "count"
        if self.per:
            return "ratio"
        is_given = "how" in self.model_fields_set
        return suited_how(source.column(self.measure), self.how, is_given=is_given)

    def _heading(self, source: Source) -> str:
        if self.per:
            return source.say("heading.ratio", over=self.measure, under=self.per)
        return measures.heading_of(source, self.measure, self._how(source))

    def _periods(self, source: Source) -> tuple[dict[str, str], tuple[str, str], list[Fact]]:
        """Return the names of both periods, the conditions on their rows, and what is to be known
        of them."""
        if self.before:
            spans = tuple(self._span(source, given) for given in (self.before, self.after))
            return {"before": self.before, "after": self.after}, (spans[0], spans[1]), []
        day = ident(self.date)
        first, last = source.one(f"SELECT min({day})::DATE, max({day})::DATE {source.of()}")
        if first is None:
            raise BadInput("values_none", column=self.date)
        period = measures.period_for((last - first).days, self.period)
        until = last_day(source, self.date, period, last)
        present = f"{day} IS NOT NULL"
        starts: list[datetime.date] = [
            row[0]
            for row in source.all(
                f"SELECT DISTINCT {measures.cut(self.date, period)} {source.of(present)} ORDER BY 1"
            )
        ]
        facts = []
        if len(starts) > 1 and not is_whole(starts[-1], until, period):
            params = {"last": name_of(starts[-1], period), "until": until.isoformat()}
            key = "periods.unfinished" if len(starts) == 2 else "periods.left_unfinished"
            facts.append(Fact(key=key, params=params, weight=0.75))
            starts = starts if len(starts) == 2 else starts[:-1]
        if len(starts) < 2:
            raise BadInput("periods_few", column=self.date, period=period)
        spans = tuple(
            f"{day} >= DATE '{start}' AND {day} < DATE '{next_start(start, period)}'"
            for start in starts[-2:]
        )
        names = {"before": name_of(starts[-2], period), "after": name_of(starts[-1], period)}
        return names, (spans[0], spans[1]), facts

    def _span(self, source: Source, given: str) -> str:
        year, quarter = given[:4], given[-1:]
        if given[4:6].upper() == "-Q" and len(given) == 7 and quarter in "1234":
            first = int(quarter) * 3 - 2
            value: tuple[str, str] = (f"{year}-{first:02}", f"{year}-{first + 2:02}")
            return Filter(column=self.date, op="between", value=value).sql(source.dataset)
        return Filter(column=self.date, op="=", value=given).sql(source.dataset)

    def _best(self, source: Source, spans: tuple[str, str]) -> tuple[Change, str]:
        """Return the change by the given column, or by the one that explains it best."""
        if self.group_by:
            return self._change(source, self.group_by, spans), self.group_by
        candidates = [c.name for c in source.dataset.columns if self._is_candidate(c)]
        if not candidates:
            raise BadInput("contribution_no_groups", dataset=source.dataset.name)
        found = [(self._change(source, name, spans), name) for name in candidates[:_CANDIDATES_MAX]]
        return max(found, key=lambda one: one[0].explained)

    def _is_candidate(self, column: Column) -> bool:
        return (
            column.type in ("category", "boolean", "text")
            and 2 <= column.distinct <= _CANDIDATE_GROUPS_MAX
        )

    def _sql(self, source: Source, by: str, spans: tuple[str, str]) -> str:
        missing = literal(source.say("missing_value"))
        group = f"coalesce({ident(by)}::VARCHAR, {missing})"
        how, value = self._how(source), ident(self.measure) if self.measure else ""
        under = ident(self.per) if self.per else ""
        parts = []
        for name, span in zip(("before", "after"), spans, strict=True):
            only = f" FILTER ({span})"
            if how == "ratio":
                both = f" FILTER ({span} AND {value} IS NOT NULL AND {under} IS NOT NULL)"
                over, below = f"sum({value}){both}", f"sum({under}){both}"
            elif how == "mean":
                over, below = f"sum({value}){only}", f"count({value}){only}"
            else:
                over = f"sum({value}){only}" if value else f"count(*){only}"
                below = f"count({value or '*'}){only}"
            parts.append(f"coalesce({over}, 0)::DOUBLE AS {name}_over")
            parts.append(f"coalesce({below}, 0)::DOUBLE AS {name}_under")
        within = f"(({spans[0]}) OR ({spans[1]}))"
        return (
            f"SELECT {group} AS {ident(by)}, {', '.join(parts)} {source.of(within)} "
            f"GROUP BY 1 ORDER BY 1 LIMIT {_GROUPS_MAX + 1}"
        )

    def _change(self, source: Source, by: str, spans: tuple[str, str]) -> Change:
        rows = source.all(self._sql(source, by, spans))
        if len(rows) > _GROUPS_MAX:
            raise BadInput("contribution_groups_many", column=by, limit=_GROUPS_MAX)
        for place, name in ((2, self.before), (4, self.after)):
            if not any(row[place] for row in rows):
                raise BadInput("contribution_period_empty", column=self.date, period=name or "–")
        return changes(rows, is_ratio=self._how(source) in ("mean", "ratio"))

    def _told(self, source: Source, change: Change, by: str, names: dict[str, str]) -> list[Fact]:
        heading, total = self._heading(source), change.difference
        params: dict[str, Any] = {
            "heading": heading, "by": by, **names, "old": change.old, "new": change.new,
            "change": change.relative,
        }  # fmt: skip
        sizes = ("old", "new", "difference", "mix", "rate", "size")
        how = self._how(source)
        unit = measures.unit_of(source, self.measure, how) if how != "ratio" else None
        units = dict.fromkeys(sizes, unit) if unit else {}

        def fact(key: str, weight: float, **more: Any) -> Fact:
            given = {**params, **more}
            used = {name: u for name, u in units.items() if name in given}
            return Fact(key=f"contribution.{key}", params=given, weight=weight, units=used)

        if abs(total) <= _SMALL * max(abs(change.old), abs(change.new), 1):
            return [fact("unchanged", 1.0)]
        way = "rose" if total > 0 else "fell"
        along = [g for g in change.groups if g.total * total > 0]
        against = [g for g in change.groups if g.total * total < 0]
        lead = max(along, key=lambda g: abs(g.total))
        facts = [
            fact(
                way, 1.0, group=lead.name, difference=abs(total), size=abs(lead.total),
                share=lead.total / total,
            )
        ]  # fmt: skip
        for place, other in enumerate(sorted(along, key=lambda g: -abs(g.total))[1:3]):
            more = {"group": other.name, "size": abs(other.total), "share": other.total / total}
            facts.append(fact(f"also_{way}", 0.9 - place * 0.02, **more))
        if against:
            other = max(against, key=lambda g: abs(g.total))
            key = "against_rose" if other.total > 0 else "against_fell"
            facts.append(fact(key, 0.85, group=other.name, size=abs(other.total)))
        if change.is_ratio:
            mix, rate = change.mix, change.rate
            key = "mix_and_rate" if abs(rate) >= abs(mix) else "mix_first"
            facts.append(fact(key, 0.95, difference=total, mix=mix, rate=rate))
        return facts

    def _table(
        self, source: Source, title: str, change: Change, by: str, names: dict[str, str]
    ) -> ArtifactContent:
        groups = _ordered(change)
        columns: list[tuple[str, Sequence[Any]]] = [
            (by, [g.name for g in groups]),
            (names["before"], [g.old for g in groups]),
            (names["after"], [g.new for g in groups]),
            (source.say("heading.contribution"), [g.total for g in groups]),
            (source.say("heading.change_share"), [change.share(g) for g in groups]),
        ]
        if change.is_ratio:
            columns += [
                (source.say("heading.weight_before"), [g.weight_old for g in groups]),
                (source.say("heading.weight_after"), [g.weight_new for g in groups]),
                (source.say("heading.mix_effect"), [g.mix for g in groups]),
                (source.say("heading.rate_effect"), [g.rate for g in groups]),
            ]
        return source.listed(
            title, dict(columns), chosen={"measure": self.measure, "group": by, "date": self.date}
        )

    def _chart(
        self, source: Source, title: str, change: Change, by: str, names: dict[str, str]
    ) -> ArtifactContent:
        groups = _ordered(change)[:_DRAWN][::-1]
        parts = (
            [("heading.mix_effect", "mix"), ("heading.rate_effect", "rate")]
            if change.is_ratio
            else [("heading.contribution", "total")]
        )
        data = [
            {
                "type": "bar", "orientation": "h", "name": source.say(key),
                "y": [g.name for g in groups], "x": plain(getattr(g, part) for g in groups),
            }
            for key, part in parts
        ]  # fmt: skip
        layout = {
            "title": {"text": title},
            "barmode": "relative",
            "xaxis": axis(source.say("heading.contribution")),
            "yaxis": axis(by, type="category"),
            "showlegend": change.is_ratio,
        }
        top = _ordered(change)[0]
        described = source.say(
            "contribution.chart", title=title, groups=len(groups), best=top.name, value=top.total
        )
        return source.chart(title, {"data": data, "layout": layout}, described, table=title)


def _ordered(change: Change) -> list[GroupChange]:
    return sorted(change.groups, key=lambda g: (-abs(g.total), g.name))
