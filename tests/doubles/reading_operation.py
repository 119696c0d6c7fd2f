"""An operation that runs the simplest readings for real, one figure by at most one column, and says
of its table how the question was understood."""

from collections.abc import Sequence
from typing import Any, ClassVar

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.reading.condition import Comparison
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.reading.reply import as_json
from cherry_reflex.i18n.catalogue import text

_SQL = {"mean": "avg", "sum": "sum", "min": "min", "max": "max", "median": "median"}


class Query(Operation):
    """Compute a reading."""

    name: ClassVar[str] = "query"
    reading: Reading
    alternatives: tuple[Reading, ...] = ()
    probability: float = 1.0
    unused: tuple[str, ...] = ()
    words: dict[str, str] = {}

    def run(self, tables: Tables) -> Outcome:
        """Compute it, and each alternative."""
        import duckdb
        import pyarrow.parquet as pq

        connection, korean = duckdb.connect(), tables.language == KOREAN
        source = f"read_parquet({literal(str(Tables.path(tables.get(self.dataset))))})"
        found = connection.execute(_sql(self.reading, source)).to_arrow_table()
        path = tables.folder / "result.parquet"
        pq.write_table(found, path)
        others = [
            {
                "sentence": _sentence(other, korean),
                "result": _result(connection.execute(_sql(other, source)).fetchall()),
                "reading": as_json(other),
            }
            for other in self.alternatives
        ]
        band = "chosen" if self.probability == 1 else "sure" if self.probability >= 0.8 else "guess"
        told: dict[str, Any] = {
            "sentence": _sentence(self.reading, korean),
            "reading": as_json(self.reading),
            "band": band,
            "probability": self.probability,
            "unused": list(self.unused),
            "alternatives": others,
            "words": self.words,
        }
        table = ArtifactContent(
            kind="table",
            title=_sentence(self.reading, korean).replace("**", ""),
            path=path,
            meta={"rows": found.num_rows, "columns": found.column_names, "reading": told},
        )
        return Outcome(facts=(Fact(key="word.yes"),), artifacts=(table,))


def _sql(reading: Reading, source: str) -> str:
    measure = reading.measures[0]
    if not isinstance(measure.of, ColumnRef) or measure.agg not in _SQL:
        raise BadInput("operation_abstract", name="query")
    figure = f"{_SQL[measure.agg]}({ident(measure.of.name)}) AS {ident(measure.of.name)}"
    groups = [ident(group.of.name) for group in reading.by if isinstance(group.of, ColumnRef)]
    where = ""
    match reading.where:
        case Comparison(left=ColumnRef(name=name), op=op, right=right):
            where = f" WHERE {ident(name)} {op} {literal(str(right))}"
        case None:
            pass
        case _:
            raise BadInput("operation_abstract", name="query")
    by = f" GROUP BY {', '.join(groups)} ORDER BY ALL" if groups else ""
    return f"SELECT {', '.join([*groups, figure])} FROM {source}{where}{by}"


def _result(rows: Sequence[Sequence[Any]]) -> str:
    return ", ".join(" ".join(_cell(value) for value in row) for row in rows)


def _cell(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _sentence(reading: Reading, korean: bool) -> str:
    measure, language = reading.measures[0], KOREAN if korean else ENGLISH
    agg = text(f"ui.reading.agg.{measure.agg}", language)
    of = measure.of.name if isinstance(measure.of, ColumnRef) else ""
    by = ", ".join(g.of.name for g in reading.by if isinstance(g.of, ColumnRef))
    where = ""
    if isinstance(reading.where, Comparison) and isinstance(reading.where.left, ColumnRef):
        where = f"**{reading.where.left.name}** {reading.where.op} **{reading.where.right}**"
    if korean:
        parts = [where and f"{where}인 행만", by and f"**{by}**별", f"**{of}** {agg}"]
        return " ".join(part for part in parts if part)
    parts = [f"{agg} of **{of}**", by and f"by **{by}**", where and f"only where {where}"]
    return ", ".join(part for part in parts if part)
