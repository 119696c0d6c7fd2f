"""Another dataset, joined to a table in the middle of a transformation."""

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import ROW, Chain
from cherry_reflex.analysis.wrangling.bench import ROWS_MAX, new_name
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded

_KINDS = {"": "LEFT", "left": "LEFT", "inner": "INNER", "right": "RIGHT", "outer": "FULL"}


def join(step: TableStep, chain: Chain, other: Dataset, name: str) -> None:
    """Join a dataset, which is called `name` in SQL, by equal keys. Columns that both have are
    told apart by a number; keys of the same name become one column.

    Raises BadInput `step_needs`, `column_unknown`, LimitExceeded `wrangle_rows`.
    """
    left = step.columns
    right = step.other_columns or left
    if not left or len(left) != len(right) or step.method not in _KINDS:
        raise BadInput("step_needs", step=step.do, what="columns (the keys), method")
    theirs = [column.name for column in other.columns]
    for names, known, table in ((left, list(chain.columns), ""), (right, theirs, other.name)):
        for one in names:
            if one not in known:
                listed = ", ".join(known[:60])
                raise BadInput("column_unknown", column=one, dataset=table, columns=listed)
    pairs = list(zip(left, right, strict=True))
    same = {b for a, b in pairs if a.casefold() == b.casefold()}
    mine = [
        f"coalesce(a.{ident(c)}, b.{ident(dict(pairs)[c])}) AS {ident(c)}"
        if c in left and dict(pairs)[c] in same
        else f"a.{ident(c)}"
        for c in chain.columns
    ]
    taken, added = list(chain.columns), []
    for column in theirs:
        if column not in same:
            new = new_name(column, taken)
            taken.append(new)
            added.append(f"b.{ident(column)} AS {ident(new)}")
    on = " AND ".join(f"a.{ident(a)} = b.{ident(b)}" for a, b in pairs)
    rows = f"(SELECT *, row_number() OVER () AS __cherry_other FROM {name})"
    joined = f"FROM {{table}} a {_KINDS[step.method]} JOIN {rows} b ON {on}"
    count = chain.one(f"SELECT count(*) {joined.replace('{table}', chain.table)}")[0]
    if count > ROWS_MAX:
        raise LimitExceeded("wrangle_rows", limit=ROWS_MAX)
    order = f"row_number() OVER (ORDER BY a.{ROW} NULLS LAST, b.__cherry_other) AS {ROW}"
    chain.select(f"SELECT {', '.join([*mine, *added, order])} {joined}")
