"""Takes a reading apart into parts."""

from functools import singledispatchmethod

from cherry_reflex.core.reading.condition import (
    AgainstMean,
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    Scalar,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import (
    Arithmetic,
    ColumnRef,
    Expression,
    Number,
    Today,
)
from cherry_reflex.core.reading.reading import ByMeasure, Group, Measure, Order, Period, Reading
from cherry_reflex.llm.embedded.reading.explanation.part import Part, PartRole
from cherry_reflex.llm.embedded.reading.linked import TableView

DEFAULT_BINS = 10
"""So many bins there are where nobody says how many."""


def parts_of(reading: Reading, view: TableView) -> tuple[Part, ...]:
    """Return the parts of a reading, from what is measured to how it is shown."""
    return _Dissection(view).of(reading)


_YES = ("y", "yes", "true", "1", "1.0", "예", "o", "t")


def _means_yes(value: Scalar, positive: Scalar | None) -> bool:
    """Whether a flag's value is its yes, however the column writes it."""
    if positive is None or isinstance(positive, bool) or isinstance(value, bool):
        return str(value).casefold() in _YES
    return value == positive


def sides_of(expression: Arithmetic) -> str:
    """Return the names of the two columns that are computed with one another; else nothing."""
    left, right = expression.left, expression.right
    if isinstance(left, ColumnRef) and isinstance(right, ColumnRef):
        return f"{left.name}\n{right.name}"
    return ""


class _Dissection:
    def __init__(self, view: TableView) -> None:
        self._view = view
        self._parts: list[Part] = []

    def of(self, reading: Reading) -> tuple[Part, ...]:
        if reading.task not in ("aggregate",):
            needed = reading.task not in ("rows", "lookup")
            self._add(Part("task", reading.task, is_needed=needed))
        for measure in reading.measures:
            self._measure(measure)
        for group in reading.by:
            self._group(group)
        for expression in reading.columns:
            self._expression(expression, "list")
        if reading.where is not None:
            self._condition(reading.where, "where")
        if reading.having is not None:
            self._condition(reading.having, "having")
        self._ranking(reading)
        if reading.period is not None:
            self._period(reading.period)
        self._wishes(reading)
        for other in reading.also:
            self.of(other)
        return tuple(self._parts)

    def _add(self, part: Part) -> int:
        self._parts.append(part)
        return len(self._parts) - 1

    def _measure(self, measure: Measure) -> None:
        head = -1
        if measure.of is not None:
            head = self._expression(measure.of, "measure")
        of = measure.of.name if isinstance(measure.of, ColumnRef) else ""
        is_needed = not (isinstance(measure.of, Arithmetic) and measure.of.op == "ratio_of_sums")
        place = self._add(Part("agg", measure.agg, "measure", head, of, is_needed))
        if measure.p is not None:
            self._add(Part("number", measure.p, "measure", place))
        if measure.when is not None:
            self._condition(measure.when, "when", place)
        if measure.per is not None:
            self._expression(measure.per, "per", place)

    def _group(self, group: Group) -> None:
        head = self._expression(group.of, "group")
        column = group.of.name if isinstance(group.of, ColumnRef) else ""
        self._add(Part("by", "", "group", head, column, False))
        if group.is_binned:
            self._add(Part("bins", "", "group", head, column, False))
            bins = None if group.bins == DEFAULT_BINS else group.bins
            for number in (group.width, bins, *group.edges):
                if number:
                    self._add(Part("number", number, "group", head, column))

    def _expression(self, expression: Expression, role: PartRole, head: int = -1) -> int:
        """Add an expression's parts; return the place of its first column."""
        match expression:
            case ColumnRef():
                place = self._add(Part("column", expression.name, role, head, expression.name))
                if expression.grain:
                    self._add(Part("grain", expression.grain, role, place, expression.name))
                return place
            case Arithmetic():
                left = self._expression(expression.left, role, head)
                right = self._expression(expression.right, role, left)
                place = right if left < 0 else left
                told = sides_of(expression)
                self._add(Part("arithmetic", expression.op, role, place, more=told))
                return left if left >= 0 else right
            case Today():
                return self._add(Part("today", "", role, head, "", False))
            case Number():
                return self._add(Part("number", expression.value, role, head))

    def _ranking(self, reading: Reading) -> None:
        order = reading.order
        if order is not None:
            head = self._order(order)
            place = self._add(Part("direction", order.direction, "order", head))
            if reading.top is not None:
                needed = reading.top != 1
                self._add(Part("top", reading.top, "order", place, "", needed))
            if reading.rank is not None:
                self._add(Part("rank", reading.rank, "order", place))
        elif reading.top is not None:
            self._add(Part("top", reading.top, "order"))
        for expression in reading.per:
            name = expression.name if isinstance(expression, ColumnRef) else ""
            self._add(Part("by", "", "per", -1, name, False))

    def _order(self, order: Order) -> int:
        if isinstance(order.by, ByMeasure):
            aggs = [i for i, part in enumerate(self._parts) if part.kind == "agg"]
            if order.by.index < len(aggs):
                place = aggs[order.by.index]
                return self._parts[place].head if self._parts[place].head >= 0 else place
            return -1
        return self._expression(order.by, "order")

    def _period(self, period: Period) -> None:
        head = self._expression(period.of, "period")
        for side in (period.before, period.after):
            if isinstance(side, bool | int | float | str):
                self._scalar(side, "period", head, self._parts[head].column)
            elif side is not None:
                self._condition(side, "period", head)

    def _wishes(self, reading: Reading) -> None:
        if reading.method:
            self._add(Part("method", reading.method))
        if reading.chart:
            self._add(Part("chart", reading.chart))
        if reading.export:
            self._add(Part("export", reading.export))
        if reading.target:
            self._add(Part("column", reading.target, "target", -1, reading.target))
        if reading.horizon is not None:
            horizon = reading.horizon
            more = f"next {horizon.unit}"
            self._add(Part("relative", horizon.count, "period", -1, "", True, more))

    def _condition(self, condition: Condition, role: PartRole, head: int = -1) -> None:
        match condition:
            case All() | AnyOf():
                if isinstance(condition, AnyOf):
                    self._add(Part("or", "", role, head, "", False))
                for part in condition.parts:
                    self._condition(part, role, head)
            case Not():
                place = len(self._parts)
                self._condition(condition.part, role, head)
                self._add(Part("negation", "", role, place))
            case _:
                self._leaf(condition, role, head)

    @singledispatchmethod
    def _leaf(self, condition: Condition, role: PartRole, head: int) -> None:
        raise TypeError(f"no condition: {condition}")

    @_leaf.register
    def _comparison(self, condition: Comparison, role: PartRole, head: int) -> None:
        if isinstance(condition.left, MeasureRef):
            self._limit(condition, role, head, "")
            return
        place = self._expression(condition.left, role, head)
        if not isinstance(condition.right, bool | int | float | str):
            if not isinstance(condition.right, MeasureRef):
                self._expression(condition.right, role, place)
            self._add(Part("operator", condition.op, role, place))
            return
        self._limit(condition, role, place, self._parts[place].column if place >= 0 else "")

    def _limit(self, condition: Comparison, role: PartRole, head: int, column: str) -> None:
        """The right side of a comparison with a value, and its operator or negation."""
        right = condition.right
        if not isinstance(right, bool | int | float | str):
            return
        view = self._view.column(column)
        if condition.op in ("=", "!=") and view is not None and view.kind == "flag":
            is_yes = _means_yes(right, view.positive) == (condition.op == "=")
            if not is_yes:
                self._add(Part("negation", "flag", role, head, column))
            self._add(Part("value", right, role, head, column, False))
            return
        place = self._scalar(right, role, head, column)
        if condition.op == "!=":
            self._add(Part("negation", "", role, place))
        elif condition.op != "=":
            self._add(Part("operator", condition.op, role, place))

    def _scalar(self, value: Scalar, role: PartRole, head: int, column: str) -> int:
        view = self._view.column(column)
        if view is not None and view.kind == "time":
            return self._add(Part("date", str(value), role, head, column))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._add(Part("number", value, role, head, column))
        return self._add(Part("value", value, role, head, column))

    @_leaf.register
    def _membership(self, condition: Membership, role: PartRole, head: int) -> None:
        place = self._expression(condition.of, role, head)
        column = self._parts[place].column if place >= 0 else ""
        for value in condition.values:
            self._scalar(value, role, place, column)

    @_leaf.register
    def _between(self, condition: Between, role: PartRole, head: int) -> None:
        column = ""
        place = head
        if not isinstance(condition.of, MeasureRef):
            place = self._expression(condition.of, role, head)
            column = self._parts[place].column if place >= 0 else ""
        view = self._view.column(column)
        if view is not None and view.kind == "time":
            low, high = str(condition.low), str(condition.high)
            self._add(Part("date", low, role, place, column, True, high))
            return
        self._scalar(condition.low, role, place, column)
        self._scalar(condition.high, role, place, column)

    @_leaf.register
    def _text(self, condition: TextMatch, role: PartRole, head: int) -> None:
        place = self._expression(condition.of, role, head)
        self._add(Part("text", condition.text, role, place, self._parts[place].column))

    @_leaf.register
    def _presence(self, condition: Presence, role: PartRole, head: int) -> None:
        place = self._expression(condition.of, role, head)
        key = "missing" if condition.is_missing else "present"
        self._add(Part("missing", key, role, place, self._parts[place].column))

    @_leaf.register
    def _against(self, condition: AgainstMean, role: PartRole, head: int) -> None:
        place = head
        if not isinstance(condition.of, MeasureRef):
            place = self._expression(condition.of, role, head)
        self._add(Part("mean", "above" if condition.op == ">" else "below", role, place))

    @_leaf.register
    def _share(self, condition: TopShare, role: PartRole, head: int) -> None:
        place = self._expression(condition.of, role, head)
        way = "descending" if condition.direction == "largest" else "ascending"
        self._add(Part("number", condition.percent, role, place))
        self._add(Part("direction", way, role, place))

    @_leaf.register
    def _relative(self, condition: RelativePeriod, role: PartRole, head: int) -> None:
        place = self._expression(condition.of, role, head)
        more = f"{condition.which} {condition.unit}"
        column = self._parts[place].column
        self._add(Part("relative", condition.count, role, place, column, True, more))
