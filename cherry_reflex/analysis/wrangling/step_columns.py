"""What a step names: columns, groups, numbers, each with its error where it is not there."""

from collections.abc import Sequence

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.expression import condition
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.sql.types import is_numeric
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.column import column_type
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC


def columns_of(names: Sequence[str], chain: Chain) -> tuple[str, ...]:
    """Return the columns by their real names. Raises BadInput `column_unknown`."""
    found = [known_name(name, chain) for name in names]
    for name in found:
        if name not in chain.columns:
            listed = ", ".join(list(chain.columns)[:60])
            raise BadInput("column_unknown", column=name, dataset="", columns=listed)
    return tuple(dict.fromkeys(found))


def known_name(name: str, chain: Chain) -> str:
    """Return the real name of a column: SQL does not tell upper from lower case."""
    if name in chain.columns:
        return name
    return next((c for c in chain.columns if c.casefold() == name.casefold()), name)


def value_of(text: str, chain: Chain) -> str:
    """Return the SQL of a column or of an expression."""
    if (name := known_name(text, chain)) in chain.columns:
        return ident(name)
    return condition(text, list(chain.columns)).sql


def within(step: TableStep, chain: Chain) -> str:
    """Return what makes the groups that a step works within."""
    names = columns_of(step.by, chain)
    return f"PARTITION BY {', '.join(map(ident, names))}" if names else ""


def some(step: TableStep, names: Sequence[str]) -> Sequence[str]:
    """Return the names. Raises BadInput `step_needs` where there are none."""
    if not names:
        raise needs(step, "columns")
    return names


def number_columns(step: TableStep, names: Sequence[str], chain: Chain) -> Sequence[str]:
    """Return the names of columns of numbers. Raises BadInput `step_needs`, `column_type`."""
    require_numbers(some(step, names), chain)
    return names


def require_numbers(names: Sequence[str], chain: Chain) -> None:
    """Raise BadInput `column_type` for a column that holds no numbers."""
    for name in names:
        if not is_numeric(kind := chain.columns[name]):
            given = {"column": name, "type": column_type(kind), "wanted": ", ".join(NUMERIC)}
            raise BadInput("column_type", **given, field="columns")


def number_of(step: TableStep) -> float:
    """Return the number of a step. Raises BadInput `step_needs`."""
    if step.number is None or step.number < 1:
        raise needs(step, "number")
    return step.number


def needed(step: TableStep, field: str) -> str:
    """Return a text of a step. Raises BadInput `step_needs` where it is empty."""
    value = str(getattr(step, field)).strip()
    if not value:
        raise needs(step, field)
    return value


def needs(step: TableStep, what: str) -> BadInput:
    """Return the error of a step that lacks something."""
    return BadInput("step_needs", step=step.do, what=what)
