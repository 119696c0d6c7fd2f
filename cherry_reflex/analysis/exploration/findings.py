"""The most notable findings of a table that nobody has looked at yet."""

from itertools import islice
from typing import Any, ClassVar

from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.exploration.association import Association
from cherry_reflex.analysis.exploration.correlations import associations, told, usable
from cherry_reflex.analysis.exploration.outliers import fences_of
from cherry_reflex.analysis.exploration.outliers import told as outliers_told
from cherry_reflex.analysis.exploration.profile import Profile
from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Outcome, Tables
from cherry_reflex.i18n.catalogue import sentence, text

_TOLD = 12
_CHARTS = 2
_NOTABLE = 0.15


class Findings(Filtered):
    """Looks at an unknown table from all sides and ranks what is notable: size, gaps, duplicates,
    unusual values, relations between columns and changes over time, with charts of the
    strongest."""

    name: ClassVar[str] = "findings"
    examples: ClassVar[tuple[str, ...]] = (
        "이 데이터에서 눈에 띄는 점을 찾아줘",
        "데이터를 분석해줘",
        "데이터를 분석하고 시각화해주세요",
        "인사이트를 뽑아줘",
        "무엇이 중요한지 알려주세요",
        "What is interesting in this data?",
        "Analyze this data",
        "Analyse the data and visualise it",
        "Give me insights",
        "What should I know about this table?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Gather the facts of several analyses and rank them."""
        profile = Profile(dataset=self.dataset, filters=self.filters, where=self.where).run(tables)
        facts = list(profile.facts)
        progress(text("agent.progress_relations", tables.language))
        charts: list[ArtifactContent] = []
        with open_source(self, tables) as source:
            numbers = [
                c.name for c in source.dataset.columns if c.type in NUMERIC and c.distinct > 2
            ]
            fences = [f for name in islice(numbers, 12) if (f := fences_of(source, name))]
            if fences:
                facts += outliers_told(fences)
            columns = usable(source)
            pairs = associations(source, columns) if len(columns) > 1 else []
            strong = [p for p in pairs if p.strength >= _NOTABLE and not p.is_rule]
            facts += told(pairs) if pairs else []
            progress(text("agent.progress_charts", tables.language))
            for chart in _charts(source, strong, self):
                try:
                    outcome = chart.run(tables)
                except BadInput:
                    continue  # a pair that makes no picture leaves the finding as words
                charts += hand_over(*outcome.artifacts)
                facts += [f.model_copy(update={"weight": f.weight * 0.9}) for f in outcome.facts]
            ranked = sorted(facts, key=lambda fact: -fact.weight)[:_TOLD]
            ranked = list(
                {fact.model_dump_json(exclude={"weight"}): fact for fact in ranked}.values()
            )
            listed: dict[str, list[Any]] = {
                source.say("heading.finding"): [sentence(f, tables.language) for f in ranked],
                source.say("heading.weight"): [fact.weight for fact in ranked],
            }
            table = source.listed(source.say("title.findings"), listed)
        return Outcome(facts=tuple(ranked), artifacts=(table, *charts, *profile.artifacts))


def _charts(source: Source, strong: list[Association], findings: Findings) -> list[Chart]:
    common: dict[str, Any] = {"dataset": findings.dataset, "filters": findings.filters}
    common["where"] = findings.where
    charts = []
    for pair in strong[:_CHARTS]:
        first, second = source.column(pair.first), source.column(pair.second)
        if pair.measure == "r":
            charts.append(Chart(kind="scatter", x=first.name, y=second.name, **common))
        elif pair.measure == "eta":
            group, number = (second, first) if first.type in NUMERIC else (first, second)
            charts.append(Chart(kind="box", x=group.name, y=number.name, **common))
        else:
            charts.append(Chart(kind="heatmap", x=first.name, y=second.name, **common))
    day = next((c for c in source.dataset.columns if c.type in TEMPORAL and c.distinct > 2), None)
    if day is not None:
        charts.append(Chart(kind="line", x=day.name, **common))
    return charts
