"""Which values are missing, and which are missing together."""

from typing import Any, ClassVar

from cherry_reflex.analysis.progress import hand_over
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome, Tables

_PATTERNS_MAX = 20
_COLUMNS_MAX = 200
_TOLD = 4


class MissingPatterns(Filtered):
    """Counts missing values by column, and finds which columns miss their values in the same
    rows."""

    name: ClassVar[str] = "missing_patterns"
    examples: ClassVar[tuple[str, ...]] = (
        "결측치가 얼마나 있어?",
        "빠진 값의 패턴을 분석해주세요",
        "어떤 컬럼에 빈 값이 많아?",
        "함께 비어 있는 컬럼이 있나요?",
        "How many values are missing?",
        "Is there a pattern in the missing values?",
        "Which columns have gaps?",
        "Are values missing together?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Count missing values and their combinations."""
        with open_source(self, tables) as source:
            names = [column.name for column in source.dataset.columns][:_COLUMNS_MAX]
            counted = source.one(
                f"SELECT {', '.join(f'count(*) - count({ident(n)})' for n in names)} {source.of()}"
            )
            gaps = sorted(
                ((n, int(c)) for n, c in zip(names, counted, strict=True) if c), key=lambda g: -g[1]
            )
            if not gaps:
                params = {"rows": source.rows}
                fact = Fact(key="profile.complete", params=params, weight=1.0)
                return Outcome(facts=(fact, *source.facts()))
            chart, table = hand_over(*_shown(source, gaps)[::-1])
            facts = [
                Fact(
                    key="profile.missing_in",
                    params={"column": name, "missing": count, "share": count / source.rows},
                    weight=1.0 - place * 0.05,
                )
                for place, (name, count) in enumerate(gaps[:_TOLD])
            ]
            patterns, more = _patterns(source, [name for name, _ in gaps])
            facts += [*more, *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(chart, table, patterns))


def _shown(source: Source, gaps: list[tuple[str, int]]) -> tuple[ArtifactContent, ArtifactContent]:
    share = source.say("heading.missing_share")
    listed: dict[str, list[Any]] = {
        source.say("heading.column"): [name for name, _ in gaps],
        source.say("heading.missing"): [count for _, count in gaps],
        share: [count / source.rows for _, count in gaps],
    }
    title = source.say("title.missing")
    table = source.listed(source.say("title.table_of", title=title), listed)
    figure = {
        "data": [
            {
                "type": "bar",
                "x": [name for name, _ in gaps[:40]],
                "y": plain(count / source.rows for _, count in gaps[:40]),
            }
        ],
        "layout": {
            "title": {"text": title},
            "xaxis": axis("", type="category"),
            "yaxis": axis(share, tickformat=".1%", rangemode="tozero"),
        },
    }
    description = source.say(
        "chart.missing_description", columns=len(gaps), best=gaps[0][0], count=gaps[0][1]
    )
    return table, source.chart(title, figure, description, table=table.title)


def _patterns(source: Source, names: list[str]) -> tuple[ArtifactContent, list[Fact]]:
    """Combinations of columns that are missing in the same rows, most frequent first."""
    parts = ", ".join(f"CASE WHEN {ident(n)} IS NULL THEN {literal(n)} END" for n in names)
    rows = source.say("heading.rows")
    column, none = source.say("heading.missing_columns"), source.say("nothing_missing")
    names_of = f"coalesce(nullif(concat_ws(', ', {parts}), ''), {literal(none)})"
    sql = (
        f"SELECT {names_of} AS {ident(column)}, "
        f"count(*) AS {ident(rows)} {source.of()} GROUP BY 1 ORDER BY 2 DESC LIMIT {_PATTERNS_MAX}"
    )
    table = source.table(source.say("title.missing_patterns"), sql)
    facts = []
    whole = f"FROM result WHERE {ident(column)} = {literal(none)}"
    complete = source.one(f"SELECT coalesce(sum({ident(rows)}), 0) {whole}")
    params: dict[str, Any] = {"complete": int(complete[0]), "rows": source.rows}
    params["share"] = params["complete"] / source.rows
    facts.append(Fact(key="missing.complete_rows", params=params, weight=0.85))
    if len(names) > 1:
        count = " + ".join(f"({ident(n)} IS NULL)::INT" for n in names)
        together = source.one(f"SELECT count(*) {source.of(f'{count} >= 2')}")[0]
        params = {"together": int(together), "rows": source.rows}
        key = "missing.together" if together else "missing.apart"
        facts.append(Fact(key=key, params=params, weight=0.75))
    return table, facts
