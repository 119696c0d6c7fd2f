"""Steps of a transformation as SELECTs over the table before them (`{table}`)."""

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.expression import condition, expression
from cherry_reflex.analysis.sql.steps import ROW, Chain
from cherry_reflex.analysis.wrangling.step_columns import (
    columns_of,
    known_name,
    needed,
    needs,
    number_columns,
    number_of,
    require_numbers,
    some,
    value_of,
    within,
)
from cherry_reflex.analysis.wrangling.step_numbers import (
    add_bins,
    one_hot,
    scaled,
    treat_outliers,
)
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.errors import BadInput


def apply(step: TableStep, chain: Chain) -> None:
    """Do a step on a table; a join is done by its own module.

    Raises BadInput `column_unknown`, `column_type`, `expression_invalid`, `step_needs`,
    `wrangle_name_taken`, `groups_many`, and duckdb.Error for what cannot be computed.
    """
    named = columns_of(step.columns, chain) if step.do not in ("group", "sort") else ()
    match step.do:
        case "filter":
            found = condition(needed(step, "expression"), list(chain.columns))
            chain.select(f"SELECT * FROM {{table}} WHERE {found.sql}")
        case "derive":
            _derive(step, chain)
        case "group":
            _group(step, chain)
        case "sort":
            way = "DESC" if step.descending else "ASC"
            keys = [f"{value_of(c, chain)} {way} NULLS LAST" for c in some(step, step.columns)]
            order = ", ".join([*keys, ROW])
            chain.select(f"SELECT * REPLACE (row_number() OVER (ORDER BY {order}) AS {ROW}) "
                         "FROM {table}")  # fmt: skip
        case "limit":
            number = int(number_of(step))
            over = f"{within(step, chain)} ORDER BY {ROW}"
            chain.select(f"SELECT * FROM {{table}} QUALIFY row_number() OVER ({over}) <= {number}")
        case "drop_missing":
            present = " AND ".join(f"{ident(c)} IS NOT NULL" for c in named or chain.columns)
            chain.select(f"SELECT * FROM {{table}} WHERE {present}")
        case "drop_duplicates":
            same = ", ".join(map(ident, named or chain.columns))
            over = f"PARTITION BY {same} ORDER BY {ROW}"
            chain.select(f"SELECT * FROM {{table}} QUALIFY row_number() OVER ({over}) = 1")
        case "fill":
            new = {name: _filled(step, chain, name) for name in some(step, named)}
            chain.replace(new, force=True)
        case "scale":
            new = {name: scaled(step, chain, name) for name in number_columns(step, named, chain)}
            chain.replace(new, force=True)
        case "bin":
            for name in number_columns(step, named, chain):
                add_bins(step, chain, name)
        case "one_hot":
            for name in some(step, named):
                one_hot(chain, name)
        case "outliers":
            treat_outliers(step, chain, number_columns(step, named, chain))
        case "select":
            kept = ", ".join(map(ident, some(step, named)))
            chain.select(f"SELECT {kept}, {ROW} FROM {{table}}")
        case "drop":
            if set(some(step, named)) >= set(chain.columns):
                raise BadInput("wrangle_no_columns")
            chain.drop(named)
        case _:
            _rename(step, chain)


def _derive(step: TableStep, chain: Chain) -> None:
    found = expression(needed(step, "expression"), list(chain.columns))
    if found.is_aggregate:
        raise needs(step, "a value for each row (or an aggregate with OVER)")
    name = known_name(needed(step, "to"), chain)
    if name in chain.columns:
        chain.select(f"SELECT * REPLACE ({found.sql} AS {ident(name)}) FROM {{table}}")
    else:
        chain.select(f"SELECT *, {found.sql} AS {ident(name)} FROM {{table}}")


def _group(step: TableStep, chain: Chain) -> None:
    if not step.measures:
        raise needs(step, "measures")
    keys = {name: value_of(name, chain) for name in step.columns}
    values = {}
    for name, text in step.measures.items():
        found = expression(text, list(chain.columns))
        if not found.is_aggregate:
            raise needs(step, f"an aggregate for {name}, as sum({text})")
        values[name] = found.sql
    if taken := {n.casefold() for n in keys} & {n.casefold() for n in values}:
        raise BadInput("wrangle_name_taken", name=next(iter(taken)))
    made = ", ".join(f"{sql} AS {ident(name)}" for name, sql in {**keys, **values}.items())
    order = ", ".join(f"{ident(name)} NULLS LAST" for name in keys)
    over = f"ORDER BY {order}" if order else ""
    grouped = f"SELECT {made} FROM {{table}}{' GROUP BY ALL' if keys else ''}"
    chain.select(f"SELECT *, row_number() OVER ({over}) AS {ROW} FROM ({grouped})")


def _filled(step: TableStep, chain: Chain, name: str) -> str:
    column, groups = ident(name), within(step, chain)
    match step.method:
        case "mean" | "median":
            require_numbers([name], chain)
            how = "avg" if step.method == "mean" else "median"
            return f"coalesce({column}::DOUBLE, {how}({column}) OVER ({groups}))"
        case "mode":
            return f"coalesce({column}, mode({column}) OVER ({groups}))"
        case "ffill" | "bfill":
            way = "ASC" if step.method == "ffill" else "DESC"
            over = f"{groups} ORDER BY {ROW} {way} ROWS UNBOUNDED PRECEDING"
            return f"coalesce({column}, last_value({column} IGNORE NULLS) OVER ({over}))"
        case "value" | "":
            if step.value is None:
                raise needs(step, "value, or method")
            return f"coalesce({column}, {literal(step.value)})"
        case _:
            raise needs(step, "method mean, median, mode, value, ffill or bfill")


def _rename(step: TableStep, chain: Chain) -> None:
    if not step.names:
        raise needs(step, "names")
    new = dict(zip(columns_of(tuple(step.names), chain), step.names.values(), strict=True))
    names = [new.get(name, name).casefold() for name in chain.columns]
    if twice := next((n for n in new.values() if names.count(n.casefold()) > 1 or not n), None):
        raise BadInput("wrangle_name_taken", name=twice)
    listed = ", ".join(f"{ident(c)} AS {ident(new.get(c, c))}" for c in chain.columns)
    chain.select(f"SELECT {listed}, {ROW} FROM {{table}}")
