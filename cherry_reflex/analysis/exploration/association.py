"""How strongly two columns go together, whatever their types, from 0 to 1.

- number with number: Pearson's r (signed);
- number with groups: the correlation ratio eta (root of the share of variance between groups);
- groups with groups: Cramer's V with Bergsma's correction for bias (J. Korean Stat. Soc. 42, 2013),
  so that small tables of unrelated columns do not look related.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from cherry_reflex.analysis.progress import progress
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC

Measure = Literal["r", "eta", "v"]

GROUPS_MAX = 50
"""Columns with more groups are closer to names than to groups."""
_ROWS_MIN = 5
_RULE = 0.99
_PAIRS_AT_ONCE = 60


@dataclass(frozen=True)
class Association:
    """`value` is signed for r only; `rows` had both values."""

    first: str
    second: str
    measure: Measure
    value: float
    rows: int

    @property
    def is_rule(self) -> bool:
        """Whether one column determines the other: a rule of the data rather than a finding."""
        return self.measure != "r" and self.value >= _RULE

    @property
    def strength(self) -> float:
        """The value without its sign."""
        return abs(self.value)

    @property
    def p(self) -> float | None:
        """The p value of a correlation (Student's t); None of another measure."""
        if self.measure != "r" or self.rows < 3:
            return None
        from scipy import stats

        left = 1 - self.value**2
        if left <= 0:
            return 0.0
        t = abs(self.value) * math.sqrt((self.rows - 2) / left)
        return float(2 * stats.t.sf(t, self.rows - 2))


_Found = dict[tuple[str, str], Association | None]


def is_usable(column: Column, rows: int) -> bool:
    """Whether associations of a column mean something: it varies, and is no identifier."""
    if column.distinct < 2:
        return False
    if column.type in NUMERIC:
        return not (column.type == "integer" and column.distinct == rows > _ROWS_MIN * 4)
    return column.type in ("category", "text", "boolean") and column.distinct <= GROUPS_MAX


def associate(source: Source, first: Column, second: Column) -> Association | None:
    """Return the association of two columns, None when too few rows have both or one is constant
    in them."""
    numbers = [column.type in NUMERIC for column in (first, second)]
    if all(numbers):
        return _pearson(source, first.name, second.name)
    if any(numbers):
        number, group = (first, second) if numbers[0] else (second, first)
        return _eta(source, number.name, group.name, (first.name, second.name))
    return _cramer(source, first.name, second.name)


def associate_all(source: Source, columns: Sequence[Column]) -> list[Association]:
    """Return the associations of all pairs of columns, those of `associate`: all numbers are read
    at once, and each group with all numbers, so that a large table is read few times."""
    numbers = [column.name for column in columns if column.type in NUMERIC]
    groups = [column.name for column in columns if column.type not in NUMERIC]
    found = _pearsons(source, list(combinations(numbers, 2)))
    count = len(columns)
    for place, group in enumerate(groups):
        done = {"number": len(numbers) + place, "count": count}
        progress(source.text("agent.progress_columns", **done))
        found |= _etas(source, numbers, group)
        for other in groups[place + 1 :]:
            found[group, other] = _cramer(source, group, other)
    known = []
    for first, second in combinations([column.name for column in columns], 2):
        one = found.get((first, second)) or found.get((second, first))
        if one is not None:
            known.append(replace(one, first=first, second=second))
    return known


def _pearsons(source: Source, pairs: list[tuple[str, str]]) -> "_Found":
    made: _Found = {}
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        part = pairs[start : start + _PAIRS_AT_ONCE]
        wanted = [
            f"corr({ident(a)}, {ident(b)}), regr_count({ident(a)}, {ident(b)})" for a, b in part
        ]
        values = source.one(f"SELECT {', '.join(wanted)} {source.of()}")
        for place, (a, b) in enumerate(part):
            r, rows = values[2 * place : 2 * place + 2]
            if r is not None and r == r and rows >= _ROWS_MIN:
                made[a, b] = Association(a, b, "r", max(-1.0, min(1.0, float(r))), int(rows))
    return made


def _etas(source: Source, numbers: Sequence[str], group: str) -> "_Found":
    if not numbers:
        return {}
    wanted = [f"count({n}), avg({n}), var_pop({n})" for n in map(ident, numbers)]
    rows = source.all(
        f"SELECT {', '.join(wanted)} {source.of(f'{ident(group)} IS NOT NULL')} "
        f"GROUP BY {ident(group)}"
    )
    made: _Found = {}
    for place, number in enumerate(numbers):
        parts = [row[3 * place : 3 * place + 3] for row in rows if row[3 * place]]
        total = sum(size for size, _, _ in parts)
        if total < _ROWS_MIN:
            continue
        mean = sum(size * middle for size, middle, _ in parts) / total
        between = sum(size * (middle - mean) ** 2 for size, middle, _ in parts)
        within = sum(size * variance for size, _, variance in parts)
        if between + within > 0:
            eta = math.sqrt(between / (between + within))
            made[number, group] = Association(number, group, "eta", eta, int(total))
    return made


def _pearson(source: Source, first: str, second: str) -> Association | None:
    a, b = ident(first), ident(second)
    r, rows = source.one(f"SELECT corr({a}, {b}), regr_count({a}, {b}) {source.of()}")
    if r is None or r != r or rows < _ROWS_MIN:
        return None
    return Association(first, second, "r", max(-1.0, min(1.0, float(r))), int(rows))


def rank_correlation(source: Source, first: str, second: str) -> float | None:
    """Return Spearman's correlation of two number columns (ties have their mean rank); None when
    too few rows have both, or one is constant in them."""
    a, b = ident(first), ident(second)
    both = source.of(f"{a} IS NOT NULL", f"{b} IS NOT NULL")

    def ranks(column: str) -> str:
        ties = f"count(*) OVER (PARTITION BY {column})"
        return f"rank() OVER (ORDER BY {column}) + ({ties} - 1) / 2.0"

    r, rows = source.one(
        f"SELECT corr(x, y), count(*) FROM (SELECT {ranks(a)} AS x, {ranks(b)} AS y {both})"
    )
    return float(r) if r is not None and r == r and rows >= _ROWS_MIN else None


def _eta(source: Source, number: str, group: str, names: tuple[str, str]) -> Association | None:
    n, g = ident(number), ident(group)
    both = source.of(f"{n} IS NOT NULL", f"{g} IS NOT NULL")
    found = source.one(
        f"WITH parts AS (SELECT count(*) AS size, avg({n}) AS mean, var_pop({n}) AS variance "
        f"{both} GROUP BY {g}), whole AS (SELECT sum(size) AS rows, "
        "sum(size * mean) / sum(size) AS mean FROM parts) "
        "SELECT whole.rows, sum(parts.size * (parts.mean - whole.mean) ** 2), "
        "sum(parts.size * parts.variance) FROM parts, whole GROUP BY whole.rows"
    )
    if not found or found[0] < _ROWS_MIN:
        return None
    rows, between, within = int(found[0]), float(found[1]), float(found[2])
    if between + within <= 0:
        return None
    return Association(*names, "eta", math.sqrt(between / (between + within)), rows)


def _cramer(source: Source, first: str, second: str) -> Association | None:
    a, b = ident(first), ident(second)
    cells = source.all(
        f"SELECT {a}, {b}, count(*) {source.of(f'{a} IS NOT NULL', f'{b} IS NOT NULL')} "
        "GROUP BY ALL"
    )
    rows = sum(cell[2] for cell in cells)
    down: dict[object, int] = {}
    across: dict[object, int] = {}
    for x, y, count in cells:
        down[x] = down.get(x, 0) + count
        across[y] = across.get(y, 0) + count
    if rows < _ROWS_MIN or len(down) < 2 or len(across) < 2:
        return None
    # chi2 / n = sum of observed^2 / (row * column) - 1; empty cells add nothing to the sum.
    squared = sum(count * count / (down[x] * across[y]) for x, y, count in cells) - 1
    return Association(first, second, "v", corrected_v(squared, rows, len(down), len(across)), rows)


def corrected_v(squared: float, rows: int, down: int, across: int) -> float:
    """Return Cramer's V from phi squared, corrected for bias."""
    phi = max(0.0, squared - (down - 1) * (across - 1) / (rows - 1))
    corrected_down = down - (down - 1) ** 2 / (rows - 1)
    corrected_across = across - (across - 1) ** 2 / (rows - 1)
    least = min(corrected_down, corrected_across) - 1
    return math.sqrt(min(1.0, phi / least)) if least > 0 else 0.0
