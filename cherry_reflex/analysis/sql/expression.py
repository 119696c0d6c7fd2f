"""One SQL expression over the columns of a table, as a language model or a person wrote it.

DuckDB's own parser takes it apart, and what is run is written again from what it found: no comment,
no second statement and no bracket too many can come through. Nothing in it may read other tables,
files, settings or the time of the session.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import BadInput

if TYPE_CHECKING:
    import duckdb

CHARS_MAX = 2_000
_NESTED_MAX = 60
_COLUMNS_TOLD = 60
_ALLOWED = frozenset(
    {"FUNCTION", "COLUMN_REF", "CONSTANT", "CASE", "COMPARISON", "CONJUNCTION", "CAST", "TYPE"}
    | {"OPERATOR", "BETWEEN", "WINDOW", "LAMBDA", "COLLATE"}
)
_REFUSED = {
    "SUBQUERY": "a subquery",
    "STAR": "*",
    "PARAMETER": "a parameter",
    "POSITIONAL_REFERENCE": "a position",
}
_CONSTANTS = frozenset({"current_date", "current_timestamp", "current_time", "localtimestamp"})
"""Words that SQL reads as functions without brackets."""
_OUTSIDE = re.compile(
    r"__.*|pg_(?!typeof).*|has_.*|inet_.*|current_(?!date|time|localtime).*|col_description"
    r"|.*obj_description|json_(de)?serialize_.*|json_execute.*|getvariable|getenv|setseed|setval"
    r"|nextval|currval|sleep_ms|write_log|error|assert_true|stats|vector_type|txid_current|version"
    r"|user|session_user|in_search_path|get_block_size|parse_duckdb.*|unnest|unpivot_list|query.*"
    r"|regexp_split_to_table|generate_subscripts|to_aggregate_state|combine|finalize|invoke"
    r"|create_sort_key|combine_aggr|reservoir_quantile|lttb"
)
"""Functions that look at the session or the outside, wait, end the query, or make several rows."""


@dataclass(frozen=True)
class Expression:
    """An expression that may be run. `sql` is written by DuckDB, `columns` are those that it reads
    by their real names, `is_aggregate` whether it puts many rows into one value."""

    sql: str
    columns: tuple[str, ...]
    is_aggregate: bool


def expression(text: str, columns: Sequence[str], table: str = "") -> Expression:
    """Return the expression that `text` is, over columns of those names (`table` may stand before
    them).

    Raises BadInput `expression_invalid` with what is wrong, `column_unknown`.
    """
    tree = _parsed(text, columns)
    known = {name.casefold(): name for name in columns}
    used: list[str] = []
    is_aggregate = False
    for node, bound in _nodes(tree, frozenset(), 0, text):
        kind = str(node["class"])
        if kind not in _ALLOWED:
            raise _invalid(text, f"{_REFUSED.get(kind, kind.lower())} is not allowed", columns)
        if kind == "COLUMN_REF":
            names = [str(part) for part in node["column_names"]]
            if len(names) > 1 and table and names[0].casefold() == table.casefold():
                names = names[1:]
            first = names[0].casefold()
            if first in known:
                used.append(known[first])
            elif first not in bound and not (len(names) == 1 and first in _CONSTANTS):
                listed = ", ".join(columns[:_COLUMNS_TOLD])
                raise BadInput(
                    "column_unknown", column=".".join(names), dataset=table, columns=listed
                )
        elif kind in ("FUNCTION", "WINDOW"):
            name = str(node["function_name"]).lower()
            if not node.get("is_operator") and not _is_known(name):
                raise _invalid(text, f"the function {name} is not allowed", columns)
            if kind == "FUNCTION" and name in _functions()["aggregate"]:
                is_aggregate = True
    return Expression(_written(tree), tuple(dict.fromkeys(used)), is_aggregate)


def condition(text: str, columns: Sequence[str], table: str = "") -> Expression:
    """Return the condition on single rows that `text` is.

    Raises what `expression` raises; `expression_invalid` for one over many rows.
    """
    found = expression(text, columns, table)
    if found.is_aggregate:
        raise _invalid(text, "a condition on rows cannot aggregate", columns)
    return found


def failed(text: str, error: Exception, columns: Sequence[str] = ()) -> BadInput:
    """Return the error for what DuckDB said when it ran an expression."""
    return _invalid(text, str(error).strip().splitlines()[0][:300], columns)


def _invalid(text: str, reason: str, columns: Sequence[str]) -> BadInput:
    listed = ", ".join(columns[:_COLUMNS_TOLD])
    return BadInput("expression_invalid", expression=text[:200], reason=reason, columns=listed)


def _parsed(text: str, columns: Sequence[str]) -> dict[str, Any]:
    if not text.strip():
        raise _invalid(text, "it is empty", columns)
    if len(text) > CHARS_MAX:
        raise _invalid(text, f"it is longer than {CHARS_MAX} characters", columns)
    # In brackets and between line breaks: an alias, a second item or a comment cannot go on.
    found = json.loads(_one("SELECT json_serialize_sql(?)", f"SELECT (\n{text}\n)"))
    if found.get("error"):
        raise _invalid(text, str(found.get("error_message")), columns)
    statements = found["statements"]
    node = statements[0]["node"]
    plain = {"type", "select_list", "from_table", "aggregate_handling", "cte_map"}
    more = [key for key, value in node.items() if key not in plain and value]
    is_single = len(statements) == 1 and len(node.get("select_list", ())) == 1
    from_nothing = node.get("from_table", {}).get("type") == "EMPTY"
    if not is_single or more or not from_nothing or node["cte_map"].get("map"):
        raise _invalid(text, "it is not a single expression", columns)
    tree: dict[str, Any] = node["select_list"][0]
    if tree.get("alias"):
        raise _invalid(text, "it has an alias", columns)
    return tree


def _nodes(
    node: Any, bound: frozenset[str], depth: int, text: str
) -> Iterator[tuple[Mapping[str, Any], frozenset[str]]]:
    """Go through a tree: each node, and the names that lambdas around it have given."""
    if depth > _NESTED_MAX * 3:
        raise _invalid(text, "it is nested too deeply", ())
    if isinstance(node, list):
        for part in node:
            yield from _nodes(part, bound, depth + 1, text)
        return
    if not isinstance(node, dict):
        return
    if "class" in node:
        if node["class"] == "LAMBDA":
            bound = bound | {name.casefold() for name in _names(node.get("lhs"))}
        yield node, bound
    for part in node.values():
        if isinstance(part, dict | list):
            yield from _nodes(part, bound, depth + 1, text)


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from map(str, node.get("column_names", ()))
        for part in node.values():
            yield from _names(part)
    elif isinstance(node, list):
        for part in node:
            yield from _names(part)


def _written(tree: dict[str, Any]) -> str:
    node: dict[str, Any] = {
        "type": "SELECT_NODE", "modifiers": [], "cte_map": {"map": []}, "select_list": [tree],
        "from_table": {"type": "EMPTY", "alias": "", "sample": None}, "where_clause": None,
        "group_expressions": [], "group_sets": [], "aggregate_handling": "STANDARD_HANDLING",
        "having": None, "sample": None, "qualify": None,
    }  # fmt: skip
    whole = {"error": False, "statements": [{"node": node, "named_param_map": []}]}
    written: str = _one("SELECT json_deserialize_sql(?)", json.dumps(whole))
    return written.removeprefix("SELECT ").strip()


def _is_known(name: str) -> bool:
    known = _functions()
    return any(name in part for part in known.values()) and not _OUTSIDE.fullmatch(name)


@cache
def _functions() -> dict[str, frozenset[str]]:
    """Return the functions of an expression by kind."""
    rows = _connection().execute(
        "SELECT function_type, list(DISTINCT lower(function_name)) FROM duckdb_functions() "
        "WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window') GROUP BY 1"
    )
    found = {str(kind): frozenset(names) for kind, names in rows.fetchall()}
    # What SQL has a grammar of its own for is no function in the catalogue.
    found["grammar"] = frozenset({"coalesce", "nullif", "if", "list_value", "struct_pack", "row"})
    # Macros over aggregates aggregate, too.
    more = {"wavg", "weighted_avg", "geomean", "geometric_mean", "count_star"}
    return {**found, "aggregate": found["aggregate"] | more}


@cache
def _connection() -> "duckdb.DuckDBPyConnection":
    """Return a database of nothing that parses and writes; it never runs what it parses."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


def _one(sql: str, value: str) -> str:
    found = _connection().cursor().execute(sql, [value]).fetchone()
    return str(found[0]) if found else ""
