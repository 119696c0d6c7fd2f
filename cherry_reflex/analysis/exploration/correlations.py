"""Which columns go together: all pairs, numbers and groups alike."""

from collections.abc import Sequence
from typing import Any, ClassVar

from cherry_reflex.analysis.exploration.association import (
    Association,
    associate_all,
    is_usable,
    rank_correlation,
)
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field

_COLUMNS_MAX = 16
_TOLD = 5
_NOTABLE = 0.1
_RANKS_DIFFER = 0.1
"""Correlations of values and of ranks that differ by more are both told."""
_RANKED_MAX = 30
"""Pairs of numbers whose ranks are looked at, strongest first."""


class Correlations(Filtered):
    """Finds which columns go together, over all pairs of columns: correlation of numbers, and the
    strength of the relation between numbers and categories or between two categories."""

    name: ClassVar[str] = "correlations"
    examples: ClassVar[tuple[str, ...]] = (
        "변수들 사이의 상관관계를 분석해줘",
        "어떤 컬럼들이 서로 관련이 있어?",
        "상관계수를 구해주세요",
        "가격과 판매량은 관계가 있나요?",
        "범주형 변수까지 포함해서 연관성을 보여줘",
        "Which columns are correlated?",
        "Show the correlation matrix",
        "Is there a relation between price and quantity?",
        "What goes together in this data?",
        "Strongest associations between the variables",
    )

    columns: tuple[str, ...] = column_field(
        "Columns to relate with each other; empty for all that are fit.",
        many=True,
        least=2,
        default=(),
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute all pairs."""
        with open_source(self, tables) as source:
            columns = _chosen(source, self.columns)
            pairs = associations(source, columns)
            table, chart = _table(source, pairs), _chart(source, columns, pairs)
            facts = (*told(pairs), *_ranks(source, pairs), *source.facts())
        return Outcome(facts=facts, artifacts=(chart, table))


def associations(source: Source, columns: Sequence[Column]) -> list[Association]:
    """Return the associations of all pairs, strongest first."""
    return sorted(associate_all(source, columns), key=lambda pair: -pair.strength)


def usable(source: Source) -> list[Column]:
    """Return the columns that can be related, at most 16: numbers and groups alike."""
    fit = [c for c in source.dataset.columns if is_usable(c, source.dataset.rows)]
    return fit[:_COLUMNS_MAX]


def told(pairs: Sequence[Association]) -> list[Fact]:
    """Return what is notable in associations, strongest first."""
    strong = [pair for pair in pairs if pair.strength >= _NOTABLE]
    if not strong:
        return [Fact(key="association.none", params={"pairs": len(pairs)}, weight=0.6)]
    return [fact_of(pair) for pair in strong[:_TOLD]]


def fact_of(pair: Association) -> Fact:
    """Return an association as a fact, weighted by its strength."""
    params: dict[str, Any] = {"x": pair.first, "y": pair.second, "rows": pair.rows}
    if pair.is_rule:
        return Fact(key="association.rule", params=params, weight=0.6)
    key = f"association.{pair.measure}"
    if pair.measure == "r":
        key += "_up" if pair.value >= 0 else "_down"
    params |= {"value": pair.value} | ({} if pair.p is None else {"p": pair.p})
    return Fact(key=key, params=params, weight=0.5 + pair.strength / 2)


def _ranks(source: Source, pairs: Sequence[Association]) -> list[Fact]:
    """Return Spearman's correlation of those pairs that are told, and of all others that it makes
    notable, where it differs from Pearson's."""
    numbers = [pair for pair in pairs if pair.measure == "r"]
    facts = []
    for pair in numbers[:_RANKED_MAX]:
        rank = rank_correlation(source, pair.first, pair.second)
        if rank is None or abs(rank - pair.value) <= _RANKS_DIFFER:
            continue
        if max(abs(rank), pair.strength) < _NOTABLE:
            continue
        params = {"x": pair.first, "y": pair.second, "rank": rank, "value": pair.value}
        weight = 0.45 + max(abs(rank), pair.strength) / 2
        facts.append(Fact(key="association.rank_differs", params=params, weight=weight))
    return sorted(facts, key=lambda fact: -fact.weight)[:_TOLD]


def _chosen(source: Source, names: Sequence[str]) -> list[Column]:
    columns = [source.column(name) for name in names] if names else usable(source)
    fit = [column for column in columns if is_usable(column, source.dataset.rows)]
    if len(fit) < 2:
        raise BadInput("columns_unrelatable", found=len(fit))
    return fit[:_COLUMNS_MAX]


def _table(source: Source, pairs: Sequence[Association]) -> ArtifactContent:
    listed: dict[str, list[Any]] = {
        source.say("heading.first"): [pair.first for pair in pairs],
        source.say("heading.second"): [pair.second for pair in pairs],
        source.say("heading.measure"): [source.say(f"word.{pair.measure}") for pair in pairs],
        source.say("heading.value"): [pair.value for pair in pairs],
        source.say("heading.p"): [pair.p for pair in pairs],
        source.say("heading.rows"): [pair.rows for pair in pairs],
    }
    return source.listed(source.say("title.associations_table"), listed)


def _chart(
    source: Source, columns: Sequence[Column], pairs: Sequence[Association]
) -> ArtifactContent:
    names = [column.name for column in columns]
    found = {(p.first, p.second): p.value for p in pairs}
    found |= {(p.second, p.first): p.value for p in pairs} | {(n, n): 1.0 for n in names}
    numeric = all(column.type in NUMERIC for column in columns)
    title = source.say("title.correlations" if numeric else "title.associations")
    down = names[::-1]
    figure = {
        "data": [
            {
                "type": "heatmap",
                "x": names,
                "y": down,
                "z": [plain(found.get((x, y)) for x in names) for y in down],
                "zmin": -1,
                "zmax": 1,
                # The sign carries the meaning: two hues that part at zero.
                "colorscale": "RdBu",
                "texttemplate": "%{z:.2f}" if len(names) <= 12 else "",
                "hoverongaps": False,
            }
        ],
        "layout": {"title": {"text": title}, "xaxis": axis(""), "yaxis": axis("")},
    }
    best = pairs[0] if pairs else None
    description = source.say(
        "chart.correlation_description",
        columns=len(names),
        x=best.first if best else "–",
        y=best.second if best else "–",
        r=best.value if best else 0.0,
    )
    return source.chart(title, figure, description, table=source.say("title.associations_table"))
