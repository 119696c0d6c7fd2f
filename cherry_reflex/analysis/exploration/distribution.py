"""How the values of numeric columns are spread."""

from typing import Any, ClassVar

from cherry_reflex.analysis.charts.drawn import drawn_artifact
from cherry_reflex.analysis.charts.histogram import histogram
from cherry_reflex.analysis.progress import hand_over
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field

_COLUMNS_MAX = 4
_SKEWED = 1.0
_EVEN, _EVEN_SHIFT = 0.5, 0.15


class Distribution(Filtered):
    """Shows how the values of numeric columns are spread: histogram, quartiles, skewness, and
    whether a few values make the average misleading."""

    name: ClassVar[str] = "distribution"
    examples: ClassVar[tuple[str, ...]] = (
        "가격의 분포가 어떻게 돼?",
        "값이 한쪽으로 치우쳐 있나요?",
        "나이 분포를 살펴봐줘",
        "숫자 컬럼들의 분포를 보여주세요",
        "How are the prices distributed?",
        "Is the income skewed?",
        "Show the distribution of every number",
        "What is the spread of the scores?",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns; empty for the first few.", *NUMERIC, many=True, default=()
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute a histogram and the shape of each column."""
        with open_source(self, tables) as source:
            given = self.columns or tuple(
                c.name for c in source.dataset.columns if c.type in NUMERIC and c.distinct > 1
            )
            if not given:
                raise BadInput("numbers_few", needed=1, found=0)
            artifacts: list[ArtifactContent] = []
            facts: list[Fact] = []
            for column in given[:_COLUMNS_MAX]:
                drawn = histogram(source, column)
                artifacts += hand_over(drawn_artifact(source, drawn), drawn.table)
                facts += [*drawn.facts, *_shape(source, column)]
            if len(given) > _COLUMNS_MAX:
                params = {"shown": _COLUMNS_MAX, "columns": len(given)}
                facts.append(Fact(key="columns_cut", params=params, weight=0.5))
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=tuple(artifacts))


def _shape(source: Source, column: str) -> list[Fact]:
    name = ident(column)
    skew, mean, median, deviation = source.one(
        f"SELECT skewness({name}), avg({name}), median({name}), "
        f"stddev_samp({name}) {source.of(f'{name} IS NOT NULL')}"
    )
    params: dict[str, Any] = {"column": column, "mean": mean, "median": median}
    if skew is None or skew != skew:
        return []
    if abs(skew) < _SKEWED:
        if abs(skew) > _EVEN or abs(mean - float(median)) > deviation * _EVEN_SHIFT:
            return []
        params["skewness"] = skew
        return [Fact(key="distribution.even", params=params, weight=0.5)]
    key = "profile.skewed_right" if skew > 0 else "profile.skewed_left"
    return [Fact(key=key, params=params, weight=0.7)]
