"""Every number against every other one."""

from typing import Any, ClassVar

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.charts.sampled_rows import floats, group_names, rows_table, sampled_rows
from cherry_reflex.analysis.results.artifacts import plain
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)

COLUMNS_MAX = 6
_ROWS_MAX = 1_500


class PairPlot(Filtered):
    """Draw a pair plot (scatter matrix): each of several numbers against each other one, coloured
    by groups."""

    name: ClassVar[str] = "pair_plot"
    examples: ClassVar[tuple[str, ...]] = (
        "모든 숫자 변수의 산점도 행렬을 그려줘",
        "페어 플롯을 품종별 색으로 보여줘",
        "변수들을 짝지어 한 번에 보여주세요",
        "Draw a pair plot of the measurements",
        "Scatter matrix coloured by species",
        "Show every column against every other",
    )

    columns: tuple[str, ...] = column_field(
        "Two to six numeric columns; empty for the first ones.",
        *NUMERIC,
        default=(),
        many=True,
        least=2,
    )
    color: str = column_field("The column of groups; empty for none.", *GROUPING, default="")

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_numbers` with fewer than two columns."""
        with open_source(self, tables) as source:
            names = list(dict.fromkeys(self.columns)) or [
                c.name
                for c in source.dataset.columns
                if c.type in NUMERIC and c.name != self.color and c.missing < source.dataset.rows
            ]
            left = max(0, len(names) - COLUMNS_MAX)
            names = names[:COLUMNS_MAX]
            if len(names) < 2:
                raise BadInput("chart_numbers", columns=", ".join(names) or "–")
            found = sampled_rows(source, [*names, self.color], _ROWS_MAX, self.color)
            colors = group_names(found, self.color, source) if self.color else [""]
            data: list[dict[str, Any]] = []
            for color in colors:
                part = found.where(self.color, color) if self.color else found
                data.append(
                    {
                        "type": "splom",
                        "name": color,
                        "dimensions": [
                            {"label": name, "values": plain(floats(part.columns[name]))}
                            for name in names
                        ],
                        "marker": {"size": 4, "opacity": 0.6},
                        "diagonal": {"visible": False},
                        "showupperhalf": False,
                    }
                )
            title = source.say("charts.title.pairs", count=len(names))
            layout = {
                "showlegend": bool(self.color),
                "height": 150 * len(names) + 100,
                "dragmode": "select",
            }
            facts = list(found.facts())
            if left:
                params = {"shown": len(names), "left": left}
                facts.append(Fact(key="charts.columns_left", params=params, weight=1.5))
            facts.append(
                Fact(
                    key="charts.drawn",
                    params={"rows": found.used, "columns": ", ".join(names)},
                    weight=1.0,
                )
            )
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    rows_table(source, title, found),
                    description=source.say("charts.alt.pairs", columns=names, rows=found.used),
                    chosen={"columns": names, "color": self.color},
                    facts=facts,
                    sample=found.part,
                ),
            )
