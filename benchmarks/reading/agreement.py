"""Whether two readings ask for the same: what gives the same figures is the same."""

import calendar
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from benchmarks.reading.labels import Labelled
from cherry_reflex.core.reading.condition import (
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    Membership,
    Not,
    Presence,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading, Task

COMMUTES = ("+", "*")
FLIPPED = {"=": "!=", "!=": "=", ">": "<=", ">=": "<", "<": ">=", "<=": ">"}
COMPARING: tuple[Task, ...] = ("test", "relation")
METHODS = {
    "kruskalwallis": "kruskal", "shapirowilk": "shapiro", "kolmogorovsmirnov": "kolmogorov",
    "kmeans": "cluster", "linearregression": "regression", "logisticregression": "classify",
    "predict": "",
}  # fmt: skip
USUAL = {"relation": "pearson", "normality": "shapiro", "outliers": "iqr"}
"""What is done where no method is named."""
YES, NO = ("y", "yes", "true", "예"), ("n", "no", "false", "아니오")
NAMED: tuple[Task, ...] = (
    "forecast", "anomalies", "contribution", "cohort", "rfm", "funnel", "pareto", "ab_test", "nps",
    "survival", "words", "clean", "features", "model", "report", "broad", "schema",
)  # fmt: skip
"""Tasks that a reading only names: the rest is chosen by those who do them."""


def same(reading: Reading, label: Labelled) -> bool:
    """Whether a reading is one of those that are right for a question."""
    return any(agree(reading, right) for right in label.readings)


def agree(reading: Reading, right: Reading) -> bool:
    """Whether `reading` gives what `right` asks for. What `right` leaves open may be chosen: the
    order of groups, the kind of a chart, the columns of listed rows."""
    one, other = _task(reading), _task(right)
    if one != other:
        return False
    if one in NAMED:
        return bool(_conditions(reading.where) == _conditions(right.where))
    if len(reading.also) != len(right.also):
        return False
    if not all(any(agree(mine, theirs) for mine in reading.also) for theirs in right.also):
        return False
    checks: list[bool] = [
        _about(reading) == _about(right),
        bool(_conditions(reading.where) == _conditions(right.where)),
        bool(_conditions(reading.having) == _conditions(right.having)),
        one in COMPARING or _columns(reading, right),
        reading.rank == right.rank,
        reading.top == right.top,
        {_expression(e) for e in reading.per} == {_expression(e) for e in right.per},
        _ordered(reading, right),
        not right.chart or bool(reading.chart),
        not right.export or right.export == reading.export,
        not right.method or _method(right) == _method(reading),
        one != "compare_periods" or _period(reading) == _period(right),
        right.how not in ("count_groups", "share_of_groups") or right.how == reading.how,
    ]
    return all(checks)


def _about(reading: Reading) -> tuple[set[str], set[str]]:
    """Return what is measured, and by what. What is compared with what may be told as measures
    and groups, or as columns."""
    if reading.task not in COMPARING:
        return _measures(reading), _groups(reading)
    told = (m.of for m in reading.measures if m.of is not None)
    compared = {_expression(e) for e in (*told, *reading.columns)}
    compared |= {_condition_of(m) for m in reading.measures if m.when is not None}
    groups = _groups(reading)
    return (compared | groups, set()) if reading.task == "test" else (compared, groups)


def _condition_of(measure: Measure) -> str:
    found = _conditions(measure.when)
    return str(found[0]) if isinstance(found, list) else str(found)


def _task(reading: Reading) -> str:
    if reading.task == "lookup":
        return "rows"
    if reading.task in ("aggregate", "export", "pivot") and not reading.measures:
        return "rows" if reading.task != "pivot" else "aggregate"
    if reading.task in ("export", "pivot"):
        return "aggregate"
    return reading.task


def _measures(reading: Reading) -> set[str]:
    return {_measure(measure) for measure in reading.measures}


def _measure(measure: Measure) -> str:
    agg: str = measure.agg
    of = _expression(measure.of) if measure.of is not None else ""
    when = _conditions(measure.when)
    if isinstance(measure.of, Arithmetic) and "ratio_of_sums" in of:
        agg = "sum"
    if agg == "share" and when and not of:
        agg = "rate"
    if agg == "mean" and when and not of:
        agg = "rate"
    per = _expression(measure.per) if measure.per is not None else ""
    if per and agg == "mean":  # the mean over entities of what each has in all
        agg = "sum"
    return json.dumps([agg, of, measure.p, when, per], ensure_ascii=False)


def _groups(reading: Reading) -> set[str]:
    return {_group(group) for group in reading.by}


def _group(group: Group) -> str:
    if not group.is_binned:
        return _expression(group.of)
    cut = group.edges or group.width
    return f"{_expression(group.of)} bins {cut or ''}"


def _expression(expression: Any) -> str:
    match expression:
        case ColumnRef():
            grain = "" if expression.grain == "day" else expression.grain
            return f"{expression.name}|{grain}"
        case Arithmetic():
            sides = [_expression(expression.left), _expression(expression.right)]
            if expression.op in COMMUTES:
                sides.sort()
            return f"({sides[0]} {expression.op} {sides[1]})"
        case _:
            return str(expression.model_dump(mode="json"))


def _columns(reading: Reading, right: Reading) -> bool:
    mine = {_expression(e) for e in reading.columns}
    theirs = {_expression(e) for e in right.columns}
    if _task(right) == "rows":
        return not mine or not theirs or theirs <= mine
    return mine == theirs


def _ordered(reading: Reading, right: Reading) -> bool:
    """Whether the order is right. Groups of which nothing is said come largest first."""
    if not right.order or _order(reading) == _order(right):
        return True
    is_cut = right.top or right.rank
    return reading.order is None and not is_cut and _order(right) == _largest(right)


def _largest(reading: Reading) -> tuple[str, str]:
    return _measure(reading.measures[0]) if reading.measures else "", "descending"


def _order(reading: Reading) -> tuple[str, str] | None:
    if reading.order is None:
        return None
    by = reading.order.by
    if by.kind == "measure":
        if by.index < len(reading.measures):
            return _measure(reading.measures[by.index]), reading.order.direction
        return "", reading.order.direction
    return _expression(by), reading.order.direction


def _period(reading: Reading) -> str:
    period = reading.period
    if period is None:
        return ""
    ends = [_ends(side, _expression(period.of)) for side in (period.before, period.after)]
    return json.dumps([_expression(period.of), *ends], ensure_ascii=False)


def _ends(side: Any, of: str) -> Any:
    if side is None:
        return None
    if isinstance(side, str | int | float):
        span = _span(str(side))
        return [of, "between", *span] if span else [of, "=", _value(side)]
    return _conditions(side)


def _method(reading: Reading) -> str:
    """The method that is used: the named one under one name, else that of the task."""
    said = _plain(reading.method)
    return METHODS.get(said, said) or USUAL.get(reading.task, "")


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _conditions(condition: Condition | None) -> Any:
    """Return a condition in one form of all that mean the same."""
    if condition is None:
        return None
    return _merged(_condition(condition))


def _condition(condition: Condition, is_negated: bool = False) -> Any:
    match condition:
        case Not():
            return _condition(condition.part, not is_negated)
        case All() | AnyOf():
            both = isinstance(condition, All) != is_negated
            parts = [_condition(part, is_negated) for part in condition.parts]
            return ["and" if both else "or", *parts]
        case Comparison():
            op = FLIPPED[condition.op] if is_negated else condition.op
            return _comparison(condition.left, op, condition.right, condition.unit)
        case Membership():
            values = sorted({_value(value) for value in condition.values})
            each = [[_expression(condition.of), "!=" if is_negated else "=", v] for v in values]
            return ["and" if is_negated else "or", *each]
        case Between():
            low, high = _span(str(condition.low)), _span(str(condition.high))
            ends = [
                low[0] if low else _value(condition.low),
                high[1] if high else _value(condition.high),
            ]
            found: list[Any] = [_expression(condition.of), "between", *ends]
            return ["not", found] if is_negated else found
        case Presence():
            return [_expression(condition.of), "missing", condition.is_missing != is_negated]
        case _:
            told = condition.model_dump(mode="json")
            if "of" in told:
                told["of"] = _expression(condition.of)
            if told["kind"] == "relative":
                told.pop("anchor")
                if told["count"] > 1:  # the last six weeks are a span, whole weeks or not
                    told.pop("is_rolling")
            found = [told.pop("of"), json.dumps(told, sort_keys=True).lower()]
            return ["not", found] if is_negated else found


def _comparison(left: Any, op: str, right: Any, unit: str) -> Any:
    if not isinstance(right, bool | int | float | str):
        return [_expression(left), op, _expression(right), unit]
    of, span = _expression(left), _span(str(right))
    if of.endswith("|year") and op == "=" and str(right).isdigit():
        return [of.removesuffix("year"), "between", f"{right}-01-01", f"{right}-12-31"]
    if span is not None and not isinstance(right, int | float):
        low, high = span
        if op == "=":
            return [of, "between", low, high]
        value = {">": high, ">=": low, "<": low, "<=": high, "!=": f"{low}/{high}"}[op]
        return [of, op, value, unit]
    value = _value(right)
    if value in YES or value in NO:
        is_yes = (value in YES) == (op == "=")
        if op in ("=", "!="):  # the other value of a flag is what is not the one
            return [of, "=", "true" if is_yes else "false"]
    return [of, op, value, unit] if unit else [of, op, value]


def _merged(told: Any) -> Any:
    """Flatten nested `and`/`or`, and join two limits on one side to `between`."""
    if not isinstance(told, list) or told[0] not in ("and", "or"):
        return told
    parts: list[Any] = []
    for part in (_merged(one) for one in told[1:]):
        parts.extend(part[1:] if part[0] == told[0] else [part])
    if told[0] == "and":
        parts = _limits(parts)
    parts = [json.loads(p) for p in sorted({json.dumps(p, ensure_ascii=False) for p in parts})]
    return parts[0] if len(parts) == 1 else [told[0], *parts]


def _limits(parts: Sequence[Any]) -> list[Any]:
    left: list[Any] = list(parts)
    for low in [p for p in parts if len(p) >= 3 and p[1] == ">="]:
        for high in [p for p in parts if len(p) >= 3 and p[1] == "<=" and p[0] == low[0]]:
            if low in left and high in left:
                left.remove(low)
                left.remove(high)
                left.append([low[0], "between", low[2], high[2]])
    return left


def _span(text: str) -> tuple[str, str] | None:
    """Return the first and the last day of a year, a quarter, a month or a day in ISO form."""
    parts = text.strip().replace(" 00:00:00", "").replace("T00:00:00", "").split("-")
    if not parts[0].isdigit() or len(parts[0]) != 4 or not 1900 <= int(parts[0]) <= 2100:
        return None
    year = int(parts[0])
    try:
        if len(parts) == 1:
            return f"{year}-01-01", f"{year}-12-31"
        if parts[1].upper().startswith("Q"):
            first = date(year, int(parts[1][1:]) * 3 - 2, 1)
            last = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
            return first.isoformat(), last.isoformat()
        if len(parts) == 2:
            month = int(parts[1])
            days = calendar.monthrange(year, month)[1]
            return f"{year}-{month:02d}-01", f"{year}-{month:02d}-{days:02d}"
        day = date(year, int(parts[1]), int(parts[2]))
    except (ValueError, calendar.IllegalMonthError):
        return None
    return day.isoformat(), day.isoformat()


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{float(value):g}"
    try:
        return f"{float(value):g}"
    except ValueError:
        return str(value).strip().lower()
