"""Funnel: how many reach each step, and where most are lost."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_STAGES_MAX = 30
_STAGES_LEAST = 2


class Funnel(Filtered):
    """Funnel: counts how many reach each step of a process (visit, cart, order), the conversion
    from step to step and over all, and the step with the largest loss. The steps are values of one
    column, or several columns that say whether each was reached."""

    name: ClassVar[str] = "funnel"
    examples: ClassVar[tuple[str, ...]] = (
        "퍼널 단계별 전환율을 보여줘",
        "방문에서 구매까지 어디에서 가장 많이 이탈해?",
        "채용 단계별 통과율을 알려줘",
        "Funnel from visit to purchase",
        "Where do most users drop off?",
        "Conversion rate of each step",
    )

    stage: str = column_field("Column that holds the step of each row.", default="", named=True)
    entity: str = column_field(
        "Column that identifies who goes through the steps; empty to count rows.", default=""
    )
    columns: tuple[str, ...] = column_field(
        "In place of `stage`: a column for each step in order, filled or yes where it was reached.",
        many=True,
        least=2,
        default=(),
    )
    stages: tuple[str, ...] = Field(
        default=(),
        max_length=_STAGES_MAX,
        description="The values of `stage` in their order; empty to order them by their size.",
    )
    counting: Literal["reached", "current"] = Field(
        "reached",
        description="reached: a row for every step reached; current: a row says where someone "
        "stands now, having passed the steps before.",
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when there are no steps, or they do not fit."""
        super().check(tables)
        if bool(self.stage) == bool(self.columns):
            raise BadInput("funnel_steps_needed")
        if self.columns and len(self.columns) < _STAGES_LEAST:
            raise BadInput("funnel_steps_few", count=len(self.columns))
        if len(set(self.columns)) != len(self.columns) or len(set(self.stages)) != len(self.stages):
            raise BadInput("columns_repeated", columns=", ".join(self.columns or self.stages))

    def run(self, tables: Tables) -> Outcome:
        """Compute the steps."""
        with open_source(self, tables) as source:
            if self.columns:
                stages, counts, sql = self._of_columns(source)
                facts: list[Fact] = []
            else:
                stages, counts, sql, facts = self._of_values(source)
            if not counts[0]:
                raise BadInput("funnel_empty", stage=stages[0])
            title = source.say("funnel.title")
            table = self._table(source, title, stages, counts)
            chart = self._chart(source, title, stages, counts)
            facts = [*_told(stages, counts), *facts, *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(chart, table), code=sql, code_language="sql")

    def _of_columns(self, source: Source) -> tuple[list[str], list[int], str]:
        reached = [_is_reached(source.column(name)) for name in self.columns]
        unit = f"DISTINCT {ident(self.entity)}" if self.entity else "*"
        parts = [
            f"count({unit}) FILTER ({' AND '.join(reached[: place + 1])}) AS {ident(name)}"
            for place, name in enumerate(self.columns)
        ]
        sql = f"SELECT {', '.join(parts)} {source.of()}"
        return list(self.columns), [int(n) for n in source.one(sql)], sql

    def _of_values(self, source: Source) -> tuple[list[str], list[int], str, list[Fact]]:
        stage = f"{ident(self.stage)}::VARCHAR"
        unit = f"DISTINCT {ident(self.entity)}" if self.entity else "*"
        present = source.of(f"{ident(self.stage)} IS NOT NULL")
        sized = source.all(
            f"SELECT {stage}, count({unit}) {present} GROUP BY 1 ORDER BY 2 DESC, 1 "
            f"LIMIT {_STAGES_MAX + 1}"
        )
        known = {str(name): int(count) for name, count in sized}
        if len(known) > _STAGES_MAX:
            raise BadInput("funnel_steps_many", column=self.stage, limit=_STAGES_MAX)
        for name in self.stages:
            if name not in known:
                raise BadInput(
                    "group_unknown", name=name, column=self.stage, names=", ".join(known)
                )
        stages = list(self.stages or known)
        if len(stages) < _STAGES_LEAST:
            raise BadInput("funnel_steps_few", count=len(stages))
        facts = []
        if not self.stages:
            told = {"stages": " → ".join(stages)}
            facts.append(Fact(key="funnel.ordered", params=told, weight=0.7))
        if self.counting == "current":
            counts = [sum(known[name] for name in stages[place:]) for place in range(len(stages))]
            sql = (
                f"SELECT {stage} AS stage, count({unit}) AS n {present} GROUP BY 1 ORDER BY 2 DESC"
            )
            return stages, counts, sql, facts
        if not self.entity:
            sql = f"SELECT {stage} AS stage, count(*) AS n {present} GROUP BY 1 ORDER BY 2 DESC"
            return stages, [known[name] for name in stages], sql, facts
        parts = [
            f"count(*) FILTER ({' AND '.join(f's{n}' for n in range(place + 1))}) AS r{place}"
            for place in range(len(stages))
        ]
        had = ", ".join(
            f"bool_or({stage} = {literal(name)}) AS s{n}" for n, name in enumerate(stages)
        )
        both = source.of(f"{ident(self.stage)} IS NOT NULL", f"{ident(self.entity)} IS NOT NULL")
        sql = (
            f"SELECT {', '.join(parts)} FROM (SELECT {ident(self.entity)}, {had} {both} GROUP BY 1)"
        )
        counts = [int(n) for n in source.one(sql)]
        skipped = sum(known[name] - count for name, count in zip(stages, counts, strict=True))
        if skipped > 0:
            facts.append(Fact(key="funnel.skipped", params={"count": skipped}, weight=0.6))
        return stages, counts, sql, facts

    def _table(
        self, source: Source, title: str, stages: list[str], counts: list[int]
    ) -> ArtifactContent:
        before = [None, *counts[:-1]]
        step, whole = source.say("heading.conversion_step"), source.say("heading.conversion_all")
        columns: dict[str, list[Any]] = {
            source.say("heading.stage"): stages,
            source.say("heading.reached"): counts,
            step: [n / b if b else None for n, b in zip(counts, before, strict=True)],
            whole: [n / counts[0] for n in counts],
            source.say("heading.lost"): [
                b - n if b is not None else None for n, b in zip(counts, before, strict=True)
            ],
        }
        units = dict.fromkeys((step, whole), PERCENT)
        chosen = {"stages": stages, "entity": self.entity}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self, source: Source, title: str, stages: list[str], counts: list[int]
    ) -> ArtifactContent:
        figure = {
            "data": [
                {
                    "type": "bar", "orientation": "h", "y": stages[::-1], "x": plain(counts[::-1]),
                    "text": [f"{n / counts[0]:.1%}" for n in counts[::-1]],
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(source.say("heading.reached"), rangemode="tozero"),
                "yaxis": axis("", type="category"),
            },
        }  # fmt: skip
        described = source.say(
            "funnel.chart", title=title, first=stages[0], start=counts[0], last=stages[-1],
            end=counts[-1],
        )  # fmt: skip
        return source.chart(title, figure, described, table=title)


def _is_reached(column: Column) -> str:
    name = ident(column.name)
    if column.type == "boolean":
        return f"coalesce({name}, FALSE)"
    return f"coalesce({name} <> 0, FALSE)" if column.type in NUMERIC else f"{name} IS NOT NULL"


def _told(stages: list[str], counts: list[int]) -> list[Fact]:
    params: dict[str, Any] = {
        "first": stages[0], "last": stages[-1], "start": counts[0], "end": counts[-1],
        "share": counts[-1] / counts[0], "steps": len(stages),
    }  # fmt: skip
    facts = [Fact(key="funnel.overall", params=params, weight=1.0)]
    losses = [(1 - counts[n] / counts[n - 1], n) for n in range(1, len(counts)) if counts[n - 1]]
    share, place = max(losses)
    if share > 0:
        more = {
            "before": stages[place - 1], "after": stages[place], "lost": share,
            "count": counts[place - 1] - counts[place],
        }  # fmt: skip
        facts.append(Fact(key="funnel.largest_loss", params=more, weight=0.95))
    return facts
