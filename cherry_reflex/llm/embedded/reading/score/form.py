"""What is seen of a reading alone, whatever its words: its parts, and what they ask of a table."""

from collections.abc import Iterator, Sequence

from cherry_reflex.core.reading.condition import Comparison, Condition, Presence, leaves_of
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.llm.embedded.reading.linked import TableView

SIZES = (2, 12, 50, 300)
"""Numbers of groups that are told apart."""
EACH = 0.8
"""A column with so many different values a row has one for each row."""


class Form:
    """The forms of readings of one table."""

    def __init__(self, view: TableView) -> None:
        self._view = view
        self._kinds = {column.name: column.kind for column in view.columns}

    def of(self, reading: Reading) -> Iterator[str]:
        """Yield the names of what a reading is like."""
        yield f"task|{reading.task}"
        yield f"measures|{min(len(reading.measures), 4)}|{reading.task == 'aggregate'}"
        yield f"groups|{min(len(reading.by), 3)}"
        leaves = tuple(leaves_of(reading.where))
        yield f"conditions|{min(len(leaves), 4)}"
        for measure in reading.measures:
            yield f"agg|{measure.agg}|{self._sort(measure)}"
        for group in reading.by:
            if isinstance(group.of, ColumnRef):
                kind = self._kinds.get(group.of.name, "")
                yield f"group|{kind}|{group.of.grain}|{group.is_binned}"
                if not group.of.grain and not group.is_binned:
                    yield f"group|{self._many(group.of.name)}"
        for column in reading.columns:
            if isinstance(column, ColumnRef):
                yield f"about|{reading.task}|{self._kinds.get(column.name, '')}"
        if reading.order is not None:
            n = "1" if reading.top == 1 else "n" if reading.top else "all"
            yield f"order|{reading.order.direction}|{n}|{bool(reading.by)}"
        if reading.per:
            yield "per"
        if reading.having is not None:
            yield "having"
        if reading.task == "aggregate" and not reading.measures:
            yield "nothing measured"
        limited = [
            leaf.left.name
            for leaf in leaves
            if isinstance(leaf, Comparison) and isinstance(leaf.left, ColumnRef) and leaf.op == "="
        ]
        if len(set(limited)) < len(limited):
            yield "limited twice"
        groups = {g.of.name for g in reading.by if isinstance(g.of, ColumnRef)}
        if groups & set(limited):
            yield "group fixed"
        yield from self._emptying(leaves)
        for leaf in leaves:
            if isinstance(leaf, Comparison) and isinstance(leaf.left, ColumnRef):
                yield from self._limit(leaf, leaf.left)

    def _many(self, name: str) -> str:
        """How many different values a column has that groups."""
        view = self._view.column(name)
        if view is None or not view.column.distinct:
            return ""
        rows = max(1, self._view.dataset.rows)
        if view.column.distinct >= EACH * rows:
            return "each row"
        return next((f"up to {most}" for most in SIZES if view.column.distinct <= most), "many")

    def _emptying(self, leaves: Sequence[Condition]) -> Iterator[str]:
        """Conditions that no row meets."""
        limits: dict[str, list[float]] = {}
        for leaf in leaves:
            if isinstance(leaf, Presence) and isinstance(leaf.of, ColumnRef) and leaf.is_missing:
                view = self._view.column(leaf.of.name)
                if view is not None and not view.column.missing:
                    yield "none is missing"
            if isinstance(leaf, Comparison) and isinstance(leaf.left, ColumnRef):
                right = leaf.right
                if isinstance(right, int | float) and leaf.op in (">", ">=", "<", "<="):
                    low, high = limits.setdefault(leaf.left.name, [float("-inf"), float("inf")])
                    is_low = leaf.op in (">", ">=")
                    limits[leaf.left.name] = (
                        [max(low, right), high] if is_low else [low, min(high, right)]
                    )
        if any(low >= high for low, high in limits.values()):
            yield "none is between"

    def _limit(self, leaf: Comparison, left: ColumnRef) -> Iterator[str]:
        view = self._view.column(left.name)
        right = leaf.right
        if view is None or isinstance(right, bool) or not isinstance(right, int | float):
            return
        equal = leaf.op in ("=", "!=")
        yield f"limit|{view.kind}|{equal}"
        low, high = view.column.minimum, view.column.maximum
        known = isinstance(low, int | float) and isinstance(high, int | float)
        if known and not low <= right <= high:
            yield "limit|outside"

    def _sort(self, measure: Measure) -> str:
        of = measure.of
        if of is None:
            return "when" if measure.when is not None else "rows"
        if isinstance(of, ColumnRef):
            return self._kinds.get(of.name, "")
        return of.op if isinstance(of, Arithmetic) else "other"
