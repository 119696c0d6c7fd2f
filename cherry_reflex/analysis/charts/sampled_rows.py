"""Rows to be drawn one by one: at most so many, and the groups that colour them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact

GROUPS_MAX = 8
"""Groups told apart by colour; the theme has as many."""


@dataclass(frozen=True)
class SampledRows:
    """Complete rows of some columns, column by column. `part` says `used / total` of a sample."""

    columns: dict[str, list[Any]]
    used: int
    total: int
    blank: int = 0
    """Rows left out, as they lack a value."""

    @property
    def part(self) -> str:
        """Return what the sample is; empty when all rows are there."""
        return f"{self.used:,} / {self.total:,}" if self.used < self.total else ""

    def facts(self) -> tuple[Fact, ...]:
        """Return what is not drawn: rows outside the sample, rows without values."""
        told = []
        if self.part:
            params = {"used": self.used, "total": self.total}
            told.append(Fact(key="charts.sample", params=params, weight=1.8))
        if self.blank:
            told.append(Fact(key="charts.blank", params={"count": self.blank}, weight=1.6))
        return tuple(told)

    def where(self, name: str, value: Any) -> "SampledRows":
        """Return the rows with that value."""
        kept = [row for row, found in enumerate(self.columns[name]) if found == value]
        columns = {key: [values[row] for row in kept] for key, values in self.columns.items()}
        return SampledRows(columns, len(kept), len(kept))


def sampled_rows(source: Source, names: Sequence[str], most: int, group: str = "") -> SampledRows:
    """Read at most `most` complete rows, drawn at random when there are more; the values of `group`
    as text, small groups together as others. Raises BadInput `chart_empty`."""
    names = list(dict.fromkeys(name for name in names if name))
    there = [f"{ident(name)} IS NOT NULL" for name in names]
    selected = [
        f"{_group(source, name)} AS {ident(name)}" if name == group else ident(name)
        for name in names
    ]
    inner = f"SELECT {', '.join(selected)} {source.of(*there)}"
    total = int(source.one(f"SELECT count(*) {source.of(*there)}")[0])
    if total == 0:
        raise BadInput("chart_empty", columns=", ".join(names))
    if total > most:
        # By a hash of the row's place: the same rows every time, whatever the threads do.
        inner = (
            "SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER () AS place "
            f"FROM ({inner})) ORDER BY hash(place + {SEED}) LIMIT {most}"
        )
    rows = source.all(inner)
    columns = {name: [_exact(row[place]) for row in rows] for place, name in enumerate(names)}
    return SampledRows(columns, len(rows), total, source.rows - total)


def group_names(found: SampledRows, name: str, source: Source) -> list[str]:
    """Return the groups of a column, largest first, the others last."""
    counts: dict[str, int] = {}
    for value in found.columns[name]:
        counts[value] = counts.get(value, 0) + 1
    other = source.say("others")
    return sorted(counts, key=lambda value: (value == other, -counts[value]))


def _exact(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def floats(values: Sequence[Any]) -> list[float]:
    """Return numbers as floats, with all of their digits."""
    return [float(value) for value in values]


def rows_table(source: Source, title: str, found: SampledRows) -> ArtifactContent:
    """Return the rows that are drawn as a table."""
    return source.listed(source.say("charts.table", title=title), found.columns)


def _group(source: Source, name: str) -> str:
    text = f"{ident(name)}::VARCHAR"
    largest = source.all(
        f"SELECT {text} {source.of(f'{ident(name)} IS NOT NULL')} "
        f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {GROUPS_MAX + 1}"
    )
    if len(largest) <= GROUPS_MAX:
        return text
    kept = ", ".join(literal(row[0]) for row in largest[: GROUPS_MAX - 1])
    return f"CASE WHEN {text} IN ({kept}) THEN {text} ELSE {literal(source.say('others'))} END"
