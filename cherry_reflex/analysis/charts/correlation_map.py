"""The correlations of all numbers at a glance, alike columns side by side."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field

COLUMNS_MAX = 40
_ROWS_MAX = 200_000
_TOLD = 3
_NOTABLE = 0.3


class CorrelationMap(Filtered):
    """Draw a heat map of the correlations between numeric columns (Pearson or Spearman), ordered so
    that columns which go together stand together."""

    name: ClassVar[str] = "correlation_map"
    examples: ClassVar[tuple[str, ...]] = (
        "상관관계 히트맵을 그려줘",
        "변수들 간의 상관 행렬을 시각화해줘",
        "스피어만 상관계수 히트맵을 보여주세요",
        "Draw a correlation heat map",
        "Heat map of how the columns correlate",
        "Show the Spearman correlation matrix",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns; empty for all.", *NUMERIC, default=(), many=True, least=2
    )
    method: Literal["pearson", "spearman"] = Field(
        "pearson", description="pearson: straight relations; spearman: any rising or falling one."
    )

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_numbers` with fewer than two columns that vary."""
        with open_source(self, tables) as source:
            names = list(dict.fromkeys(self.columns)) or [
                c.name for c in source.dataset.columns if c.type in NUMERIC
            ]
            left = max(0, len(names) - COLUMNS_MAX)
            matrix, rows = self._matrix(source, names[:COLUMNS_MAX])
            order = _ordered(matrix)
            matrix = matrix.iloc[order, order]
            found = list(matrix.columns)
            title = source.say(f"charts.title.{self.method}")
            data = [
                {
                    "type": "heatmap",
                    "x": found,
                    "y": found,
                    "z": [plain(row, 3) for row in matrix.to_numpy()],
                    "zmin": -1,
                    "zmid": 0,
                    "zmax": 1,
                    "texttemplate": "%{z:.2f}" if len(found) <= 12 else "",
                }
            ]
            layout = {
                "xaxis": axis("", type="category"),
                "yaxis": axis("", type="category", autorange="reversed"),
                "height": max(380, 26 * len(found) + 140),
            }
            pairs = _pairs(matrix)
            table = source.listed(
                source.say("charts.table", title=title),
                {
                    source.say("heading.first"): [p[0] for p in pairs],
                    source.say("heading.second"): [p[1] for p in pairs],
                    source.say("heading.correlation"): [p[2] for p in pairs],
                },
            )
            facts = [
                Fact(
                    key="charts.correlated_up" if value > 0 else "charts.correlated_down",
                    params={"first": first, "second": second, "value": value},
                    weight=2.0 - 0.1 * place,
                )
                for place, (first, second, value) in enumerate(pairs[:_TOLD])
                if abs(value) >= _NOTABLE
            ] or [Fact(key="charts.uncorrelated", params={"limit": _NOTABLE}, weight=2.0)]
            if left:
                params = {"shown": COLUMNS_MAX, "left": left}
                facts.append(Fact(key="charts.columns_left", params=params, weight=1.5))
            if rows < source.rows and rows == _ROWS_MAX:
                params = {"used": rows, "total": source.rows}
                facts.append(Fact(key="charts.sample", params=params, weight=1.8))
            described = source.say(
                "charts.alt.correlation",
                count=len(found),
                first=pairs[0][0],
                second=pairs[0][1],
                value=pairs[0][2],
            )
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    table,
                    description=described,
                    chosen={"columns": found, "method": self.method},
                    facts=facts,
                ),
            )

    def _matrix(self, source: Source, names: list[str]) -> tuple[Any, int]:
        """Return correlations of columns that vary, each pair over its complete rows, and the
        number of rows that were read."""
        parts = ", ".join(f"{ident(name)}::DOUBLE AS {ident(name)}" for name in names)
        sql = f"SELECT {parts or 'NULL'} {source.of()}"
        if source.rows > _ROWS_MAX:
            sql = (
                "SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER () AS place "
                f"FROM ({sql})) ORDER BY hash(place + {SEED}) LIMIT {_ROWS_MAX}"
            )
        frame = source.connection.execute(sql).df()
        frame = frame.loc[:, frame.nunique() > 1]
        matrix = frame.corr(self.method, min_periods=3).dropna(how="all").dropna(axis=1, how="all")
        if not names or matrix.shape[1] < 2:
            raise BadInput("chart_numbers", columns=", ".join(names) or "–")
        return matrix, len(frame)


def _ordered(matrix: Any) -> list[int]:
    """Return an order in which alike columns (by absolute correlation) are neighbours."""
    import numpy as np
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    far = 1 - np.abs(np.nan_to_num(matrix.to_numpy()))
    np.fill_diagonal(far, 0)
    flat = squareform((far + far.T) / 2, checks=False)
    tree = optimal_leaf_ordering(linkage(flat, "average"), flat)
    return [int(place) for place in leaves_list(tree)]


def _pairs(matrix: Any) -> list[tuple[str, str, float]]:
    """Return all pairs, the strongest first."""
    names = list(matrix.columns)
    found = [
        (first, second, float(matrix.loc[first, second]))
        for place, first in enumerate(names)
        for second in names[place + 1 :]
    ]
    known = [pair for pair in found if pair[2] == pair[2]]
    return sorted(known, key=lambda pair: -abs(pair[2])) or [(names[0], names[1], float("nan"))]
