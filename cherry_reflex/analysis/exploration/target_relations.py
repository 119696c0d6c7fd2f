"""What one column depends on."""

from typing import Any, ClassVar

from cherry_reflex.analysis.exploration.association import Association, associate, is_usable
from cherry_reflex.analysis.exploration.correlations import fact_of
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field

_TOLD = 5
_NOTABLE = 0.1


class TargetRelations(Filtered):
    """Finds what a target column depends on: every other column ranked by how strongly it goes
    together with the target, numbers and categories alike."""

    name: ClassVar[str] = "target_relations"
    examples: ClassVar[tuple[str, ...]] = (
        "매출과 관련이 큰 컬럼은 무엇이야?",
        "어떤 요인이 이탈에 영향을 주는지 살펴봐줘",
        "만족도는 무엇에 따라 달라지나요?",
        "가격을 결정하는 변수를 찾아줘",
        "What is sales related to?",
        "Which factors go together with churn?",
        "What drives satisfaction?",
        "Rank the variables by their relation to price",
    )

    target: str = column_field("Column that is to be explained.", named=True)

    def run(self, tables: Tables) -> Outcome:
        """Relate every other column to the target."""
        with open_source(self, tables) as source:
            target = source.column(self.target)
            if target.distinct < 2:
                raise BadInput("target_single", column=self.target)
            if not is_usable(target, -1):
                raise BadInput("target_unusable", column=self.target, distinct=target.distinct)
            pairs = [
                associate(source, column, target)
                for column in source.dataset.columns
                if column.name != self.target and is_usable(column, source.dataset.rows)
            ]
            known = sorted((p for p in pairs if p is not None), key=lambda p: -p.strength)
            if not known:
                raise BadInput("columns_unrelatable", found=1)
            table, chart = self._shown(source, known)
            facts = self._told(source, known)
        return Outcome(facts=tuple(facts), artifacts=(chart, table))

    def _told(self, source: Source, known: list[Association]) -> list[Fact]:
        strong = [pair for pair in known if pair.strength >= _NOTABLE]
        if not strong:
            params = {"target": self.target, "columns": len(known)}
            return [Fact(key="target.none", params=params, weight=0.9), *source.facts()]
        best = strong[0]
        params = {"target": self.target, "best": best.first, "columns": len(known)}
        params["value"] = best.strength
        facts = [Fact(key="target.best", params=params, weight=1.0)]
        facts += [fact_of(pair) for pair in strong[:_TOLD]]
        grouping = next((p for p in strong if p.measure == "eta"), None)
        if grouping is not None and source.column(self.target).type in NUMERIC:
            facts += self._groups(source, grouping.first)
        return [*facts, *source.facts()]

    def _groups(self, source: Source, group: str) -> list[Fact]:
        name, target = ident(group), ident(self.target)
        rows = source.all(
            f"SELECT {name}::VARCHAR, avg({target}), count({target}) "
            f"{source.of(f'{name} IS NOT NULL', f'{target} IS NOT NULL')} "
            "GROUP BY 1 ORDER BY 2 DESC"
        )
        if len(rows) < 2:
            return []
        params = {
            "target": self.target,
            "by": group,
            "best": rows[0][0],
            "high": float(rows[0][1]),
            "best_rows": int(rows[0][2]),
            "worst": rows[-1][0],
            "low": float(rows[-1][1]),
            "worst_rows": int(rows[-1][2]),
        }
        return [Fact(key="target.groups", params=params, weight=0.8)]

    def _shown(
        self, source: Source, known: list[Association]
    ) -> tuple[ArtifactContent, ArtifactContent]:
        heading = source.say("heading.strength")
        listed: dict[str, list[Any]] = {
            source.say("heading.column"): [pair.first for pair in known],
            source.say("heading.measure"): [source.say(f"word.{pair.measure}") for pair in known],
            heading: [pair.strength for pair in known],
            source.say("heading.value"): [pair.value for pair in known],
            source.say("heading.rows"): [pair.rows for pair in known],
        }
        title = source.say("title.target", target=self.target)
        table = source.listed(source.say("title.table_of", title=title), listed)
        shown = known[:20][::-1]
        figure = {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": plain(pair.strength for pair in shown),
                    "y": [pair.first for pair in shown],
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(heading, range=[0, 1]),
                "yaxis": axis("", type="category"),
            },
        }
        description = source.say(
            "chart.target_description", title=title, best=known[0].first, value=known[0].strength
        )
        return table, source.chart(title, figure, description, table=table.title)
