"""The labelled questions, their labels as readings."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import ValidationError

from benchmarks.reading.datasets import FOLDER, NAMES, described
from cherry_reflex.core.language import Language
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
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, Number, Today
from cherry_reflex.core.reading.reading import (
    ByMeasure,
    ChartKind,
    Group,
    Horizon,
    Measure,
    Order,
    Period,
    Reading,
)

GRAINS = {"hour": "hour_of_day", "month_of_year": "month_of_year"}
CHARTS = {"stacked bar": "bar", "dual axis line": "line", "donut": "pie", "pareto": "bar"}
COMPARED = ("=", "!=", ">", ">=", "<", "<=")


class Unsayable(Exception):
    """A label says what the type of a reading has no place for."""


@dataclass(frozen=True)
class Labelled:
    """A question with the readings that are right for it: several where the label names others
    that are as good, none where the question cannot be answered (`why`), or where a reading
    cannot say it (`unsayable`). `possible` is the part of an unanswerable one that can be done.
    `before` is the reading that a follow-up changes."""

    id: str
    table: str
    text: str
    language: Language
    readings: tuple[Reading, ...]
    why: str = ""
    unsayable: str = ""
    possible: tuple[Reading, ...] = ()
    harmless: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    after: str = ""
    before: Reading | None = None

    @property
    def is_answerable(self) -> bool:
        """Whether the table has an answer."""
        return not self.why


@cache
def labelled(table: str) -> tuple[Labelled, ...]:
    """Return the labelled questions of a table."""
    path = FOLDER / "questions" / f"{table}.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    found: dict[str, Labelled] = {}
    for line in lines:
        before = found.get(line.get("after", ""))
        known = before.readings or before.possible if before else ()
        one = _labelled(table, line)
        first = known[0] if known else None
        found[one.id] = Labelled(**{**one.__dict__, "before": first})
    return tuple(found.values())


def every() -> tuple[Labelled, ...]:
    """Return the labelled questions of all tables."""
    return tuple(one for name in NAMES for one in labelled(name))


def _labelled(table: str, line: dict[str, Any]) -> Labelled:
    names = frozenset(column["name"] for column in described(table)["columns"])
    label, words = line["reading"], line.get("words") or {}
    others = [*(label.get("or") or ()), *(line.get("readings") or ())]
    said: list[Reading] = []
    unsayable = ""
    for one in [label, *others]:
        try:
            said.append(reading_of(one, names))
        except (Unsayable, ValidationError, KeyError, TypeError, ValueError) as error:
            if one is label:
                unsayable = str(error).splitlines()[0] or type(error).__name__
    is_answerable = line["answerable"]
    return Labelled(
        id=line["id"],
        table=table,
        text=line["q"],
        language=Language(line["lang"]),
        readings=tuple(said) if is_answerable and not unsayable else (),
        why="" if is_answerable else line["why"],
        unsayable=unsayable if is_answerable else "",
        possible=() if is_answerable else tuple(said),
        harmless=tuple(words.get("harmless") or ()),
        decisive=tuple(words.get("decisive") or ()),
        after=line.get("after", ""),
    )


def reading_of(label: dict[str, Any], names: frozenset[str]) -> Reading:
    """Return a label as a reading. Raises Unsayable for what no reading says."""
    for key in ("extra", "steps", "start", "event", "groups", "basis", "with", "side"):
        if key in label and label["task"] in ("aggregate", "rows", "relation", "test"):
            raise Unsayable(key)
    chart = label.get("chart") or ""
    chart = CHARTS.get(chart, chart)
    how, method, top = label.get("how", ""), label.get("method", ""), label.get("top")
    return Reading(
        task=label["task"],
        measures=tuple(_measure(m, names) for m in label.get("measures") or ()),
        by=tuple(_group(g, names) for g in label.get("by") or ()),
        where=_condition(label.get("where"), names),
        having=_condition(label.get("having"), names),
        order=_order(label.get("order"), names),
        top=top if isinstance(top, int) else None,
        per=tuple(_expression(p, names) for p in _listed(label.get("per"))),
        rank=label.get("rank"),
        columns=tuple(_expression(c, names) for c in _listed(label.get("cols"))),
        method=method if isinstance(method, str) else "",
        how=how if isinstance(how, str) else "; ".join(map(str, how)),
        period=_period(label.get("period"), names),
        horizon=_horizon(label.get("horizon")),
        target=label["target"] if isinstance(label.get("target"), str) else "",
        chart=chart if chart in get_args(ChartKind) else "any" if chart else "",
        export=label.get("export", "") if label.get("export") != "pptx" else "",
        also=tuple(reading_of(one, names) for one in label.get("also") or ()),
    )


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    is_operation = isinstance(value, list) and value and value[0] in ("+", "-", "*", "/")
    return [value] if not isinstance(value, list) or is_operation else value


def _expression(label: Any, names: frozenset[str]) -> Expression:
    match label:
        case str() if label in names:
            return ColumnRef(name=label)
        case bool() | None:
            raise Unsayable(f"expression {label}")
        case int() | float():
            return Number(value=label)
        case {"today": True}:
            return Today()
        case {"col": str(name), **more} if name in names:
            grain = str(more.get("grain", ""))
            return ColumnRef.model_validate({"name": name, "grain": GRAINS.get(grain, grain)})
        case [op, left, right]:
            sides = {"left": _expression(left, names), "right": _expression(right, names)}
            return Arithmetic.model_validate({"op": op.strip(), **sides})
        case _:
            raise Unsayable(f"expression {label}")


def _measure(label: dict[str, Any], names: frozenset[str]) -> Measure:
    if "how" in label:
        raise Unsayable("measure.how")
    return Measure(
        agg=label["agg"],
        of=_expression(label["of"], names) if label.get("of") is not None else None,
        p=label.get("p"),
        when=_condition(label.get("when"), names),
        per=_expression(label["per"], names) if "per" in label else None,
    )


def _group(label: Any, names: frozenset[str]) -> Group:
    if isinstance(label, str):
        return Group(of=_expression(label, names))
    grain = label.get("grain") or ""
    if label.get("calendar"):
        return Group(of=ColumnRef.model_validate({"name": label["col"], "grain": grain}))
    of = _expression(label["col"], names)
    if grain == "bin" or {"bins", "width", "edges"} & label.keys():
        edges = tuple(float(edge) for edge in label.get("edges") or ())
        bins = label.get("bins") or (None if edges or label.get("width") else 10)
        return Group(of=of, bins=bins, width=label.get("width"), edges=edges)
    if grain and isinstance(of, ColumnRef):
        of = ColumnRef.model_validate({"name": of.name, "grain": GRAINS.get(grain, grain)})
    return Group(of=of)


def _order(label: Any, names: frozenset[str]) -> Order | None:
    if not label:
        return None
    if isinstance(label, list):
        raise Unsayable("order by several")
    way = {"desc": "descending", "asc": "ascending"}[label.get("dir", "desc")]
    by = label.get("by", "measure")
    if by == "measure":
        found: Any = ByMeasure()
    elif isinstance(by, dict) and "measure" in by:
        found = ByMeasure(index=by["measure"])
    else:
        found = _expression(by, names)
    return Order.model_validate({"by": found, "direction": way})


def _period(label: Any, names: frozenset[str]) -> Period | None:
    if not label or not isinstance(label, dict) or "col" not in label:
        return None
    sides = {}
    for side, key in (("before", "a"), ("after", "b")):
        value = label.get(key)
        if value in ("last", "this"):
            value = [value, label["col"], 1, label.get("grain", "month")]
        elif isinstance(value, list) and len(value) == 2 and value[0] not in ("last", "this"):
            value = ["between", label["col"], *value]
        sides[side] = _condition(value, names) if isinstance(value, list) else value
    unit = label.get("grain", "")
    return Period.model_validate({"of": _expression(label["col"], names), "unit": unit, **sides})


def _horizon(label: Any) -> Horizon | None:
    if isinstance(label, dict) and "n" in label:
        return Horizon(count=label["n"], unit=label["grain"])
    return None


def _condition(label: Any, names: frozenset[str]) -> Condition | None:
    if label is None:
        return None
    op, *rest = label
    name = op.strip()
    if name in ("and", "or"):
        kind: Callable[..., Condition] = All if name == "and" else AnyOf
        return kind(parts=tuple(_condition(part, names) for part in rest))
    if name == "not":
        return Not.model_validate({"part": _condition(rest[0], names)})
    left = _side(rest[0], names)
    values = rest[1] if len(rest) > 1 and isinstance(rest[1], list) else rest[1:]
    match name:
        case "in" | "not_in":
            member = Membership.model_validate({"of": left, "values": values})
            return Not(part=member) if name == "not_in" else member
        case "between":
            low, high = values
            return Between.model_validate({"of": left, "low": low, "high": high})
        case "contains" | "starts":
            return TextMatch.model_validate({"of": left, "how": name, "text": str(values[0])})
        case "missing" | "present":
            return Presence.model_validate({"of": left, "is_missing": name == "missing"})
        case "above_mean" | "below_mean":
            return AgainstMean.model_validate({"of": left, "op": ">" if name[0] == "a" else "<"})
        case "top_share":
            percent = values[0] * 100 if values[0] <= 1 else values[0]  # some write a share
            return TopShare.model_validate({"of": left, "percent": percent})
        case "last" | "this" | "next":
            count, unit = (1, values[0]) if name == "this" else values
            rolling = name == "last" and unit == "day" and count > 1
            return RelativePeriod.model_validate(
                {"of": left, "which": name, "count": count, "unit": unit, "is_rolling": rolling}
            )
    if name not in COMPARED:
        raise Unsayable(f"condition {name}")
    right, *unit_said = rest[1:]
    is_column = isinstance(right, str)
    value = right
    if isinstance(right, dict | list) or (is_column and right in names):
        value = _side(right, names)
    unit = unit_said[0] if unit_said else ""
    return Comparison.model_validate({"left": left, "op": name, "right": value, "unit": unit})


def _side(label: Any, names: frozenset[str]) -> Any:
    if isinstance(label, dict) and "measure" in label:
        return MeasureRef(index=label["measure"])
    return _expression(label, names)
