"""Steps that make other columns of columns: scaled, binned, one-hot, without outliers."""

from collections.abc import Sequence
from itertools import pairwise

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.wrangling.bench import new_name
from cherry_reflex.analysis.wrangling.step_columns import (
    known_name,
    needs,
    number_of,
    within,
)
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.errors import BadInput

LEVELS_MAX = 100
"""Values of a column that one-hot encoding makes columns of."""
BINS_MAX = 1000
_THRESHOLDS = {"iqr": 1.5, "z": 3.0}


def scaled(step: TableStep, chain: Chain, name: str) -> str:
    """Return the SQL of a scaled column."""
    value, over = f"{ident(name)}::DOUBLE", f"OVER ({within(step, chain)})"
    match step.method:
        case "zscore" | "z" | "":
            deviation = "stddev_samp" if step.ddof else "stddev_pop"
            return f"({value} - avg({value}) {over}) / nullif({deviation}({value}) {over}, 0)"
        case "minmax":
            low = f"min({value}) {over}"
            return f"({value} - {low}) / nullif(max({value}) {over} - {low}, 0)"
        case "robust":
            first, third = (f"quantile_cont({value}, {p}) {over}" for p in (0.25, 0.75))
            return f"({value} - median({value}) {over}) / nullif({third} - {first}, 0)"
        case _:
            raise needs(step, "method zscore, minmax or robust")


def add_bins(step: TableStep, chain: Chain, name: str) -> None:
    """Add a column that says in which bin the values of a column are."""
    column, edges = ident(name), [float(edge) for edge in step.edges]
    if not edges:
        count = int(number_of(step))
        if not 1 <= count <= BINS_MAX:
            raise BadInput("wrangle_many_bins", count=count, limit=BINS_MAX)
        shares = [n / count for n in range(count + 1)]
        low, high = chain.one(f"SELECT min({column}), max({column}) FROM {chain.table}")
        if low is None:
            raise BadInput("wrangle_all_missing", column=name)
        edges = [float(low) + (float(high) - float(low)) * share for share in shares]
        if step.method == "quantile":
            asked = ", ".join(map(repr, shares))
            found = chain.one(f"SELECT quantile_cont({column}::DOUBLE, [{asked}]) "
                              f"FROM {chain.table}")[0]  # fmt: skip
            edges = sorted({float(edge) for edge in found})
    if edges != sorted(set(edges)) or len(edges) < 2:
        raise needs(step, "edges that ascend")
    labels = list(step.labels) or [f"({a:g}, {b:g}]" for a, b in pairwise(edges)]
    if len(labels) != len(edges) - 1:
        raise needs(step, f"{len(edges) - 1} labels")
    cases = [
        # The lowest value is in the first bin, too.
        f"WHEN {column} >{'' if n else '='} {literal(low)} AND {column} <= {literal(high)} "
        f"THEN {literal(label)}"
        for n, ((low, high), label) in enumerate(zip(pairwise(edges), labels, strict=True))
    ]
    to = (
        step.to if step.to and len(step.columns) == 1 else new_name(f"{name}_bin", [*chain.columns])
    )
    if known_name(to, chain) in chain.columns:
        raise BadInput("wrangle_name_taken", name=to)
    chain.select(f"SELECT *, CASE {' '.join(cases)} END AS {ident(to)} FROM {{table}}")


def one_hot(chain: Chain, name: str) -> None:
    """Make a column of zeros and ones for each value of a column, in its place."""
    column = ident(name)
    rows = chain.all(
        f"SELECT DISTINCT {column}::VARCHAR FROM {chain.table} WHERE {column} IS NOT NULL "
        f"ORDER BY 1 LIMIT {LEVELS_MAX + 1}"
    )
    if len(rows) > LEVELS_MAX:
        raise BadInput("groups_many", column=name, count=len(rows), limit=LEVELS_MAX)
    taken, made = list(chain.columns), []
    for (level,) in rows:
        new = new_name(f"{name}_{level}", taken)
        taken.append(new)
        made.append(
            f"coalesce({column}::VARCHAR = {literal(level)}, FALSE)::INTEGER AS {ident(new)}"
        )
    listed = "".join(f", {one}" for one in made)
    chain.select(f"SELECT * EXCLUDE ({column}){listed} FROM {{table}}")


def treat_outliers(step: TableStep, chain: Chain, names: Sequence[str]) -> None:
    """Drop, pull in or replace the values of columns that are far from the others."""
    method = step.method or "iqr"
    if method not in _THRESHOLDS:
        raise needs(step, "method iqr or z")
    reach = _THRESHOLDS[method] if step.number is None else step.number
    limits = {name: _limits(step, chain, name, method, reach) for name in names}
    inside = {
        name: f"({ident(name)} BETWEEN {literal(low)} AND {literal(high)})"
        for name, (low, high) in limits.items()
    }
    if step.action == "drop":
        kept = " AND ".join(f"({ident(n)} IS NULL OR {sql})" for n, sql in inside.items())
        chain.select(f"SELECT * FROM {{table}} WHERE {kept}")
        return
    new = {}
    for name, (low, high) in limits.items():
        column = ident(name)
        middle = "avg" if step.action == "mean" else "median"
        new[name] = {
            "clip": f"greatest(least({column}, {literal(high)}), {literal(low)})",
            "missing": f"CASE WHEN {inside[name]} THEN {column} END",
        }.get(step.action, f"CASE WHEN {inside[name]} OR {column} IS NULL THEN {column} "
                           f"ELSE {middle}({column}) OVER () END")  # fmt: skip
        if step.action == "clip":
            # Of nothing, DuckDB's greatest and least give the limit.
            new[name] = f"CASE WHEN {column} IS NOT NULL THEN {new[name]} END"
    chain.replace(new, force=True)


def _limits(
    step: TableStep, chain: Chain, name: str, method: str, reach: float
) -> tuple[float, float]:
    value = f"{ident(name)}::DOUBLE"
    if method == "iqr":
        asked = f"quantile_cont({value}, 0.25), quantile_cont({value}, 0.75)"
        first, third = chain.one(f"SELECT {asked} FROM {chain.table}")
        if first is None:
            raise BadInput("wrangle_all_missing", column=name)
        return first - reach * (third - first), third + reach * (third - first)
    deviation = "stddev_samp" if step.ddof else "stddev_pop"
    mean, spread = chain.one(f"SELECT avg({value}), {deviation}({value}) FROM {chain.table}")
    if mean is None or spread is None:
        raise BadInput("wrangle_all_missing", column=name)
    return mean - reach * spread, mean + reach * spread
