"""Steps of a transformation as SELECTs over the table before them (`{table}`)."""

from collections.abc import Sequence
from itertools import pairwise

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.expression import condition, expression
from cherry_reflex.analysis.sql.steps import ROW, Chain
from cherry_reflex.analysis.sql.types import is_numeric
from cherry_reflex.analysis.wrangling.bench import new_name
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.column import column_type
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC

LEVELS_MAX = 100
"""Values of a column that one-hot encoding makes columns of."""
BINS_MAX = 1000
_THRESHOLDS = {"iqr": 1.5, "z": 3.0}


def apply(step: TableStep, chain: Chain) -> None:
    """Do a step on a table; a join is done by its own module.

    Raises BadInput `column_unknown`, `column_type`, `expression_invalid`, `step_needs`,
    `wrangle_name_taken`, `groups_many`, and duckdb.Error for what cannot be computed.
    """
    named = _columns(step.columns, chain) if step.do not in ("group", "sort") else ()
    match step.do:
        case "filter":
            found = condition(_needed(step, "expression"), list(chain.columns))
            chain.select(f"SELECT * FROM {{table}} WHERE {found.sql}")
        case "derive":
            _derive(step, chain)
        case "group":
            _group(step, chain)
        case "sort":
            way = "DESC" if step.descending else "ASC"
            keys = [f"{_value(c, chain)} {way} NULLS LAST" for c in _some(step, step.columns)]
            order = ", ".join([*keys, ROW])
            chain.select(f"SELECT * REPLACE (row_number() OVER (ORDER BY {order}) AS {ROW}) "
                         "FROM {table}")  # fmt: skip
        case "limit":
            number = int(_number(step))
            over = f"{_within(step, chain)} ORDER BY {ROW}"
            chain.select(f"SELECT * FROM {{table}} QUALIFY row_number() OVER ({over}) <= {number}")
        case "drop_missing":
            present = " AND ".join(f"{ident(c)} IS NOT NULL" for c in named or chain.columns)
            chain.select(f"SELECT * FROM {{table}} WHERE {present}")
        case "drop_duplicates":
            same = ", ".join(map(ident, named or chain.columns))
            over = f"PARTITION BY {same} ORDER BY {ROW}"
            chain.select(f"SELECT * FROM {{table}} QUALIFY row_number() OVER ({over}) = 1")
        case "fill":
            new = {name: _filled(step, chain, name) for name in _some(step, named)}
            chain.replace(new, force=True)
        case "scale":
            new = {name: _scaled(step, chain, name) for name in _numbers(step, named, chain)}
            chain.replace(new, force=True)
        case "bin":
            for name in _numbers(step, named, chain):
                _bin(step, chain, name)
        case "one_hot":
            for name in _some(step, named):
                _one_hot(chain, name)
        case "outliers":
            _outliers(step, chain, _numbers(step, named, chain))
        case "select":
            kept = ", ".join(map(ident, _some(step, named)))
            chain.select(f"SELECT {kept}, {ROW} FROM {{table}}")
        case "drop":
            if set(_some(step, named)) >= set(chain.columns):
                raise BadInput("wrangle_no_columns")
            chain.drop(named)
        case _:
            _rename(step, chain)


def _derive(step: TableStep, chain: Chain) -> None:
    found = expression(_needed(step, "expression"), list(chain.columns))
    if found.is_aggregate:
        raise _needs(step, "a value for each row (or an aggregate with OVER)")
    name = _known(_needed(step, "to"), chain)
    if name in chain.columns:
        chain.select(f"SELECT * REPLACE ({found.sql} AS {ident(name)}) FROM {{table}}")
    else:
        chain.select(f"SELECT *, {found.sql} AS {ident(name)} FROM {{table}}")


def _group(step: TableStep, chain: Chain) -> None:
    if not step.measures:
        raise _needs(step, "measures")
    keys = {name: _value(name, chain) for name in step.columns}
    values = {}
    for name, text in step.measures.items():
        found = expression(text, list(chain.columns))
        if not found.is_aggregate:
            raise _needs(step, f"an aggregate for {name}, as sum({text})")
        values[name] = found.sql
    if taken := {n.casefold() for n in keys} & {n.casefold() for n in values}:
        raise BadInput("wrangle_name_taken", name=next(iter(taken)))
    made = ", ".join(f"{sql} AS {ident(name)}" for name, sql in {**keys, **values}.items())
    order = ", ".join(f"{ident(name)} NULLS LAST" for name in keys)
    over = f"ORDER BY {order}" if order else ""
    grouped = f"SELECT {made} FROM {{table}}{' GROUP BY ALL' if keys else ''}"
    chain.select(f"SELECT *, row_number() OVER ({over}) AS {ROW} FROM ({grouped})")


def _filled(step: TableStep, chain: Chain, name: str) -> str:
    column, within = ident(name), _within(step, chain)
    match step.method:
        case "mean" | "median":
            _require_numbers([name], chain)
            how = "avg" if step.method == "mean" else "median"
            return f"coalesce({column}::DOUBLE, {how}({column}) OVER ({within}))"
        case "mode":
            return f"coalesce({column}, mode({column}) OVER ({within}))"
        case "ffill" | "bfill":
            way = "ASC" if step.method == "ffill" else "DESC"
            over = f"{within} ORDER BY {ROW} {way} ROWS UNBOUNDED PRECEDING"
            return f"coalesce({column}, last_value({column} IGNORE NULLS) OVER ({over}))"
        case "value" | "":
            if step.value is None:
                raise _needs(step, "value, or method")
            return f"coalesce({column}, {literal(step.value)})"
        case _:
            raise _needs(step, "method mean, median, mode, value, ffill or bfill")


def _scaled(step: TableStep, chain: Chain, name: str) -> str:
    value, over = f"{ident(name)}::DOUBLE", f"OVER ({_within(step, chain)})"
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
            raise _needs(step, "method zscore, minmax or robust")


def _bin(step: TableStep, chain: Chain, name: str) -> None:
    column, edges = ident(name), [float(edge) for edge in step.edges]
    if not edges:
        count = int(_number(step))
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
        raise _needs(step, "edges that ascend")
    labels = list(step.labels) or [f"({a:g}, {b:g}]" for a, b in pairwise(edges)]
    if len(labels) != len(edges) - 1:
        raise _needs(step, f"{len(edges) - 1} labels")
    cases = [
        # The lowest value is in the first bin, too.
        f"WHEN {column} >{'' if n else '='} {literal(low)} AND {column} <= {literal(high)} "
        f"THEN {literal(label)}"
        for n, ((low, high), label) in enumerate(zip(pairwise(edges), labels, strict=True))
    ]
    to = (
        step.to if step.to and len(step.columns) == 1 else new_name(f"{name}_bin", [*chain.columns])
    )
    if _known(to, chain) in chain.columns:
        raise BadInput("wrangle_name_taken", name=to)
    chain.select(f"SELECT *, CASE {' '.join(cases)} END AS {ident(to)} FROM {{table}}")


def _one_hot(chain: Chain, name: str) -> None:
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


def _outliers(step: TableStep, chain: Chain, names: Sequence[str]) -> None:
    method = step.method or "iqr"
    if method not in _THRESHOLDS:
        raise _needs(step, "method iqr or z")
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


def _rename(step: TableStep, chain: Chain) -> None:
    if not step.names:
        raise _needs(step, "names")
    new = dict(zip(_columns(tuple(step.names), chain), step.names.values(), strict=True))
    names = [new.get(name, name).casefold() for name in chain.columns]
    if twice := next((n for n in new.values() if names.count(n.casefold()) > 1 or not n), None):
        raise BadInput("wrangle_name_taken", name=twice)
    listed = ", ".join(f"{ident(c)} AS {ident(new.get(c, c))}" for c in chain.columns)
    chain.select(f"SELECT {listed}, {ROW} FROM {{table}}")


def _columns(names: Sequence[str], chain: Chain) -> tuple[str, ...]:
    """Return the columns by their real names. Raises BadInput `column_unknown`."""
    found = [_known(name, chain) for name in names]
    for name in found:
        if name not in chain.columns:
            listed = ", ".join(list(chain.columns)[:60])
            raise BadInput("column_unknown", column=name, dataset="", columns=listed)
    return tuple(dict.fromkeys(found))


def _known(name: str, chain: Chain) -> str:
    if name in chain.columns:
        return name
    return next((c for c in chain.columns if c.casefold() == name.casefold()), name)


def _value(text: str, chain: Chain) -> str:
    """Return the SQL of a column or of an expression."""
    if (name := _known(text, chain)) in chain.columns:
        return ident(name)
    return condition(text, list(chain.columns)).sql


def _within(step: TableStep, chain: Chain) -> str:
    names = _columns(step.by, chain)
    return f"PARTITION BY {', '.join(map(ident, names))}" if names else ""


def _some(step: TableStep, names: Sequence[str]) -> Sequence[str]:
    if not names:
        raise _needs(step, "columns")
    return names


def _numbers(step: TableStep, names: Sequence[str], chain: Chain) -> Sequence[str]:
    _require_numbers(_some(step, names), chain)
    return names


def _require_numbers(names: Sequence[str], chain: Chain) -> None:
    for name in names:
        if not is_numeric(kind := chain.columns[name]):
            given = {"column": name, "type": column_type(kind), "wanted": ", ".join(NUMERIC)}
            raise BadInput("column_type", **given, field="columns")


def _number(step: TableStep) -> float:
    if step.number is None or step.number < 1:
        raise _needs(step, "number")
    return step.number


def _needed(step: TableStep, field: str) -> str:
    value = str(getattr(step, field)).strip()
    if not value:
        raise _needs(step, field)
    return value


def _needs(step: TableStep, what: str) -> BadInput:
    return BadInput("step_needs", step=step.do, what=what)
