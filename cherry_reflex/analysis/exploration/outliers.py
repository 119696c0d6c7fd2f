"""Values far from the others, by Tukey's fences."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    chosen_field,
    column_field,
    written_field,
)

_COLUMNS_MAX = 30
_ROWS_SHOWN = 100
_TOLD = 4
_ROWS_MIN = 5
_USUAL, _FAR = 0.01, 1e-5


@dataclass(frozen=True)
class Fences:
    """A column's fences, and what lies outside."""

    column: str
    low: float
    high: float
    below: int
    above: int
    far: int
    present: int
    extreme: float
    mean: float = 0.0

    @property
    def outside(self) -> int:
        """How many values lie outside."""
        return self.below + self.above


class Outliers(Filtered):
    """Finds unusual values of numeric columns: those further from the middle half than 1.5 times
    its width (Tukey's fences), with the rows they are in."""

    name: ClassVar[str] = "outliers"
    examples: ClassVar[tuple[str, ...]] = (
        "이상치를 찾아줘",
        "튀는 값이 있나요?",
        "비정상적으로 큰 수량이 있는지 확인해줘",
        "극단값을 보여주세요",
        "Find the outliers",
        "Which values are unusual?",
        "Are there extreme prices?",
        "Detect anomalies in the numbers",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns to look at; empty for all.",
        *NUMERIC,
        many=True,
        default=(),
        expression=True,
    )
    reach: float = Field(
        1.5, gt=0, le=10, description="Width of the fences in interquartile ranges."
    )
    method: Literal["iqr", "z"] = chosen_field(
        "iqr: Tukey's fences; z: standard deviations from the mean.", ("iqr",), default="iqr"
    )
    threshold: float = written_field("Standard deviations, for z.", default=3.0, gt=0)
    ddof: Literal[0, 1] = written_field("For z: 1 is the sample's deviation.", default=0)

    def run(self, tables: Tables) -> Outcome:
        """Count values outside the fences and list the rows with the most extreme ones."""
        with open_source(self, tables) as source:
            names = self.columns or tuple(
                c.name for c in source.dataset.columns if c.type in NUMERIC and c.distinct > 2
            )
            if not names:
                raise BadInput("numbers_few", needed=1, found=0)
            fences = [f for n in names[:_COLUMNS_MAX] if (f := self._fences(source, n))]
            if not fences:
                raise BadInput("outliers_undefined", columns=", ".join(names))
            fences.sort(key=lambda f: -f.outside / f.present)
            listed: dict[str, list[Any]] = {
                source.say("heading.column"): [f.column for f in fences],
                source.say("heading.fence_low"): [f.low for f in fences],
                source.say("heading.fence_high"): [f.high for f in fences],
                source.say("heading.below"): [f.below for f in fences],
                source.say("heading.above"): [f.above for f in fences],
                source.say("heading.share"): [f.outside / f.present for f in fences],
                source.say("heading.extreme"): [f.extreme for f in fences],
            }
            artifacts = [source.listed(source.say("title.outliers"), listed)]
            code = ""
            if any(f.outside for f in fences):
                code = _rows(source, fences)
                artifacts.append(source.table(source.say("title.outlier_rows"), code))
            found = told(fences) if self.method == "iqr" else self._told_z(fences)
            facts = [*found, *source.facts()]
        return Outcome(
            facts=tuple(facts),
            artifacts=tuple(artifacts),
            code=code,
            code_language="sql" if code else "",
        )

    def _fences(self, source: Source, column: str) -> Fences | None:
        if self.method == "iqr":
            return fences_of(source, column, self.reach)
        return limits_of(source, column, self.threshold, self.ddof)

    def _told_z(self, fences: list[Fences]) -> list[Fact]:
        outside = [f for f in fences if f.outside]
        if not outside:
            params = {"columns": len(fences), "threshold": self.threshold}
            return [Fact(key="outliers.z_none", params=params, weight=0.9)]
        return [
            Fact(
                key="outliers.z_found",
                params={
                    "column": f.column,
                    "count": f.outside,
                    "share": f.outside / f.present,
                    "threshold": self.threshold,
                    "mean": f.mean,
                    "low": f.low,
                    "high": f.high,
                    "below": f.below,
                    "above": f.above,
                    "extreme": f.extreme,
                },
                weight=0.85 - place * 0.02,
            )
            for place, f in enumerate(outside)
        ]


def limits_of(source: Source, column: str, threshold: float, ddof: int) -> Fences | None:
    """Return the limits of a column so many standard deviations from its mean; None with fewer
    than 5 values or no spread."""
    name = ident(column)
    usable = f"{name} IS NOT NULL AND isfinite({name}::DOUBLE)"
    how = "stddev_samp" if ddof else "stddev_pop"
    present, mean, spread = source.one(
        f"SELECT count(*), avg({name}::DOUBLE), {how}({name}::DOUBLE) {source.of(usable)}"
    )
    if present < _ROWS_MIN or not spread:
        return None
    low, high = mean - threshold * spread, mean + threshold * spread
    below, above, extreme = source.one(
        f"SELECT count(*) FILTER ({name} < {literal(low)}), "
        f"count(*) FILTER ({name} > {literal(high)}), "
        f"arg_max({name}::DOUBLE, abs({name}::DOUBLE - {literal(mean)})) {source.of(usable)}"
    )
    return Fences(
        column, low, high, int(below), int(above), 0, int(present), float(extreme), float(mean)
    )


def fences_of(source: Source, column: str, reach: float = 1.5) -> Fences | None:
    """Return the fences of a column; None with fewer than 5 values or no spread in the middle."""
    name = ident(column)
    usable = f"{name} IS NOT NULL AND isfinite({name}::DOUBLE)"
    present, first, third, median = source.one(
        f"SELECT count(*), quantile_cont({name}::DOUBLE, 0.25), "
        f"quantile_cont({name}::DOUBLE, 0.75), median({name}::DOUBLE) {source.of(usable)}"
    )
    if present < _ROWS_MIN or third == first:
        return None
    width = third - first
    low, high = first - reach * width, third + reach * width
    far_low, far_high = first - 2 * reach * width, third + 2 * reach * width
    below, above, far, extreme = source.one(
        f"SELECT count(*) FILTER ({name} < {literal(low)}), "
        f"count(*) FILTER ({name} > {literal(high)}), "
        f"count(*) FILTER ({name} < {literal(far_low)} OR {name} > {literal(far_high)}), "
        f"arg_max({name}::DOUBLE, abs({name}::DOUBLE - {literal(median)})) {source.of(usable)}"
    )
    return Fences(column, low, high, int(below), int(above), int(far), int(present), float(extreme))


def told(fences: list[Fences]) -> list[Fact]:
    """Return what is notable: columns with values outside, those with far ones first."""
    outside = [f for f in fences if f.outside]
    if not outside:
        return [Fact(key="outliers.none", params={"columns": len(fences)}, weight=0.9)]
    facts = []
    for place, f in enumerate(sorted(outside, key=lambda f: (-bool(f.far), -f.outside))[:_TOLD]):
        params = {
            "column": f.column,
            "count": f.outside,
            "share": f.outside / f.present,
            "low": f.low,
            "high": f.high,
            "below": f.below,
            "above": f.above,
            "extreme": f.extreme,
        }
        # Of a normal distribution 0.7 % lie outside the fences: that alone is not remarkable.
        usual = 0.7 if f.outside > f.present * _USUAL else 0.5
        weight = (0.85 if f.far > f.present * _FAR else usual) - place * 0.02
        facts.append(Fact(key="outliers.found", params=params, weight=weight))
    return facts


def _rows(source: Source, fences: list[Fences]) -> str:
    """Rows by how many widths of the fences their most extreme value is away."""
    distances = [
        f"coalesce(abs({ident(f.column)}::DOUBLE - {literal((f.low + f.high) / 2)}) "
        f"/ {literal((f.high - f.low) / 2)}, 0)"
        for f in fences
    ]
    distance = f"greatest({', '.join(distances)})"
    head = source.say("heading.distance")
    return (
        f"SELECT {distance} AS {ident(head)}, * {source.of(f'{distance} > 1')} "
        f"ORDER BY 1 DESC LIMIT {_ROWS_SHOWN}"
    )
