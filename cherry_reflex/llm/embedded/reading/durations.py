"""From the earlier to the later: what lies between two dates is not less than nothing."""

from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import TableView


def forwards(reading: Reading, view: TableView) -> Reading:
    """Return a reading whose measures count from the column of the earlier dates to that of the
    later ones, by the first and the last date of each."""
    measures = tuple(
        m if (of := _forwards(m.of, view)) is m.of else m.model_copy(update={"of": of})
        for m in reading.measures
    )
    if measures == reading.measures:
        return reading
    return reading.model_copy(update={"measures": measures})


def _forwards(expression: Expression | None, view: TableView) -> Expression | None:
    if not isinstance(expression, Arithmetic) or expression.op != "-":
        return expression
    left, right = (_span(side, view) for side in (expression.left, expression.right))
    if left is None or right is None or left == right:
        return expression
    if left[0] <= right[0] and left[1] <= right[1]:
        return Arithmetic(op="-", left=expression.right, right=expression.left)
    return expression


def _span(side: Expression, view: TableView) -> tuple[str, str] | None:
    """The first and the last date of a column of dates."""
    found = view.column(side.name) if isinstance(side, ColumnRef) and not side.grain else None
    if found is None or found.column.type not in ("date", "datetime"):
        return None
    if found.column.minimum is None:
        return None
    return str(found.column.minimum), str(found.column.maximum)
