"""What a single column holds."""

from typing import Any, ClassVar

from cherry_reflex.analysis.charts.drawn import drawn_artifact
from cherry_reflex.analysis.charts.histogram import histogram
from cherry_reflex.analysis.progress import hand_over
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import Unit

_UNITLESS = ("count", "variance", "skewness", "kurtosis")
"""Statistics of a column that are not in its unit."""


class DescribeColumn(Filtered):
    """Describes one column: for numbers the average, median, spread, quartiles and range; for
    categories how often each value occurs; for dates the first and the last."""

    name: ClassVar[str] = "describe_column"
    examples: ClassVar[tuple[str, ...]] = (
        "가격 컬럼은 어떤 값을 가지고 있어?",
        "평균과 표준편차를 알려줘",
        "지역에는 어떤 값들이 있나요?",
        "나이의 최솟값과 최댓값을 알려주세요",
        "가장 흔한 제품은 무엇이야?",
        "What does the price column hold?",
        "Average and standard deviation of age",
        "Which values does region have?",
        "What is the most common product?",
        "Minimum and maximum of the dates",
    )

    column: str = column_field("Column to describe.")

    def run(self, tables: Tables) -> Outcome:
        """Compute the description."""
        with open_source(self, tables) as source:
            kind, name = source.column(self.column).type, ident(self.column)
            present = int(source.one(f"SELECT count({name}) {source.of()}")[0])
            if not present:
                raise BadInput("values_none", column=self.column)
            facts: list[Fact] = []
            if missing := source.rows - present:
                params = {"column": self.column, "missing": missing}
                params["share"] = missing / source.rows
                facts.append(Fact(key="profile.missing_in", params=params, weight=0.6))
            if kind in NUMERIC:
                outcome = self._number(source)
            elif kind in TEMPORAL:
                outcome = self._moments(source)
            else:
                outcome = self._values(source, present)
            facts = [*outcome.facts, *facts, *source.facts()]
        return outcome.model_copy(update={"facts": tuple(facts)})

    def _number(self, source: Source) -> Outcome:
        name = ident(self.column)
        parts = {
            "count": f"count({name})",
            "mean": f"avg({name})",
            "std": f"stddev_samp({name})",
            "min": f"min({name})::DOUBLE",
            "quartile_1": f"quantile_cont({name}, 0.25)",
            "median": f"median({name})",
            "quartile_3": f"quantile_cont({name}, 0.75)",
            "max": f"max({name})::DOUBLE",
            "variance": f"var_samp({name})",
            "skewness": f"skewness({name})",
            "kurtosis": f"kurtosis({name})",
        }
        sql = f"SELECT {', '.join(f'{v} AS {k}' for k, v in parts.items())} {source.of()}"
        found = dict(zip(parts, source.one(sql), strict=True))
        found = {key: None if v is None else float(v) for key, v in found.items()}
        found["count"] = int(found["count"] or 0)
        units = source.units(self.column, *(key for key in parts if key not in _UNITLESS))
        words = {key: source.say(f"word.{key}") for key in parts}
        listed: dict[str, list[Any]] = {
            source.say("heading.statistic"): list(words.values()),
            source.say("heading.value"): list(found.values()),
        }
        shown: dict[str, Unit] = {}
        unit = source.unit(self.column)
        if unit and unit.symbol == "%":
            # Counts and percentages would stand in one column: each has its own instead.
            listed = {words[key]: [value] for key, value in found.items()}
            shown = {words[key]: one for key, one in units.items()}
        title = source.say("title.column", column=self.column)
        table = source.listed(title, listed, units=shown, code=sql, language="sql")
        params: dict[str, Any] = {"column": self.column, **found}
        key = "column.number" if found["std"] is not None else "column.single"
        facts = (Fact(key=key, params=params, weight=1.0, units=units),)
        (table,) = hand_over(table)
        drawn = histogram(source, self.column)
        artifacts = (table, drawn_artifact(source, drawn), drawn.table)
        return Outcome(facts=facts, artifacts=artifacts, code=sql, code_language="sql")

    def _moments(self, source: Source) -> Outcome:
        name = ident(self.column)
        heads = [source.say(f"heading.{key}") for key in ("day_first", "day_last", "days")]
        sql = (
            f"SELECT min({name}) AS {ident(heads[0])}, max({name}) AS {ident(heads[1])}, "
            f"count(DISTINCT {name}::DATE) AS {ident(heads[2])} {source.of()}"
        )
        title = source.say("title.column", column=self.column)
        table = source.table(title, sql)
        first, last, days = source.one("SELECT * FROM result")
        params = {"column": self.column, "first": str(first), "last": str(last), "days": int(days)}
        facts = (Fact(key="column.dates", params=params, weight=1.0),)
        return Outcome(facts=facts, artifacts=(table,), code=sql, code_language="sql")

    def _values(self, source: Source, present: int) -> Outcome:
        name, rows, share = (
            ident(self.column),
            source.say("heading.rows"),
            source.say("heading.share"),
        )
        sql = (
            f"SELECT {name}::VARCHAR AS {name}, count(*) AS {ident(rows)}, "
            f"count(*) / sum(count(*)) OVER () AS {ident(share)} "
            f"{source.of(f'{name} IS NOT NULL')} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        title = source.say("title.column", column=self.column)
        table = source.table(title, sql)
        distinct = int(source.one("SELECT count(*) FROM result")[0])
        best = source.all("SELECT * FROM result LIMIT 3")
        params = {"column": self.column, "distinct": distinct, "present": present}
        facts = [Fact(key="column.distinct", params=params, weight=0.9)]
        for place, row in enumerate(best):
            params = {"column": self.column, "value": str(row[0]), "rows": int(row[1])}
            params["share"] = float(row[2])
            facts.append(Fact(key="column.frequent", params=params, weight=1.0 - place * 0.1))
        return Outcome(facts=tuple(facts), artifacts=(table,), code=sql, code_language="sql")
