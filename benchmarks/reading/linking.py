"""How much of what the labels name is among the candidates of linking.

`python -m benchmarks.reading.linking [--errors column] [--table NAME]`
"""

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading.datasets import NAMES, dataset_of, described
from benchmarks.reading.labels import Labelled, labelled
from cherry_reflex.core.reading.condition import (
    AgainstMean,
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
    leaves_of,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, columns_of
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.folding import folded
from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    ColumnMeaning,
    ConceptMeaning,
    DateMeaning,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    TableView,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of

IMPLIED = ("sum", "mean", "count", "rate")
"""Aggregations that a question need not say: `매출은?`."""


@dataclass(frozen=True)
class Wanted:
    """One thing that a label names."""

    kind: str
    name: str
    value: object = None


def wanted_of(reading: Reading) -> Iterator[Wanted]:
    """Yield what linking must find for a reading to be made."""
    expressions: list[Expression] = [*reading.columns, *reading.per]
    conditions = [reading.where, reading.having]
    for measure in reading.measures:
        conditions.append(measure.when)
        expressions += [e for e in (measure.of, measure.per) if e is not None]
        if measure.agg not in IMPLIED:
            yield Wanted("aggregation", measure.agg)
        if measure.p is not None:
            yield Wanted("number", str(measure.p), measure.p)
    for group in reading.by:
        expressions.append(group.of)
    if reading.order is not None and not hasattr(reading.order.by, "index"):
        expressions.append(reading.order.by)  # type: ignore[arg-type]
    for expression in expressions:
        yield from _of_expression(expression)
    for condition in conditions:
        for leaf in leaves_of(condition):
            yield from _of_condition(leaf)
    if reading.top is not None and reading.top > 1:
        yield Wanted("number", str(reading.top), float(reading.top))
    if reading.chart and reading.chart != "any":
        yield Wanted("chart", reading.chart)
    for other in reading.also:
        yield from wanted_of(other)


def _of_expression(expression: Expression) -> Iterator[Wanted]:
    for column in columns_of(expression):
        yield Wanted("column", column.name)
        if column.grain:
            yield Wanted("grain", column.grain)
    if isinstance(expression, Arithmetic):
        yield Wanted("arithmetic", expression.op)


def _of_condition(leaf: Condition) -> Iterator[Wanted]:
    if isinstance(leaf, Not):
        yield Wanted("negation", "not")
        for part in leaves_of(leaf.part):
            yield from _of_condition(part)
        return
    side = leaf.left if isinstance(leaf, Comparison) else getattr(leaf, "of", None)
    column = side.name if isinstance(side, ColumnRef) else ""
    if column:
        yield Wanted("column", column)
    match leaf:
        case Comparison():
            if isinstance(leaf.right, str | int | float | bool):
                if leaf.op in (">", ">=", "<", "<="):
                    yield Wanted("operator", leaf.op)
                yield _of_value(column, leaf.right, isinstance(side, MeasureRef))
            elif not isinstance(leaf.right, MeasureRef) and leaf.right.kind != "number":
                yield from _of_expression(leaf.right)  # type: ignore[arg-type]
        case Membership():
            for value in leaf.values:
                yield _of_value(column, value)
        case Between():
            yield _of_value(column, leaf.low)
            yield _of_value(column, leaf.high)
        case TextMatch():
            yield Wanted("text", column, leaf.text)
        case Presence():
            yield Wanted("presence", "missing" if leaf.is_missing else "present")
        case AgainstMean():
            yield Wanted("presence", "above_mean" if leaf.op == ">" else "below_mean")
        case TopShare():
            yield Wanted("number", str(leaf.percent), leaf.percent)
        case RelativePeriod():
            yield Wanted("relative", f"{leaf.which} {leaf.count} {leaf.unit}", leaf)


def _of_value(column: str, value: object, is_result: bool = False) -> Wanted:
    if isinstance(value, bool):
        return Wanted("flag", column, value)
    if isinstance(value, int | float):
        return Wanted("number", str(value), float(value))
    if isinstance(value, str) and value[:4].isdigit() and len(value) >= 4 and not is_result:
        if value[4:5] in ("", "-"):
            return Wanted("date", column, value)
    return Wanted("value", column, value)


def is_found(wanted: Wanted, linked: Linked, view: TableView) -> bool:
    """Whether candidates of the question have it."""
    meanings = [candidate.meaning for candidate in linked.candidates]
    concepts = {m.concept for m in meanings if isinstance(m, ConceptMeaning)}
    columns = {m.column for m in meanings if isinstance(m, ColumnMeaning)}
    valued = {(m.column, str(m.value).casefold()) for m in meanings if isinstance(m, ValueMeaning)}
    numbers = {m.value for m in meanings if isinstance(m, NumberMeaning)}
    dates = [m for m in meanings if isinstance(m, DateMeaning)]
    has_date = bool(dates) or any(isinstance(m, RelativeMeaning) for m in meanings)
    match wanted.kind:
        case "column":
            view_column = view.column(wanted.name)
            times = [c.name for c in view.columns if c.kind == "time"]
            implied = view_column is not None and view_column.kind == "time"
            grains = any(c.startswith(("grain:", "date:", "trend", "period:")) for c in concepts)
            return (
                wanted.name in columns
                or any(name == wanted.name for name, _ in valued)
                or (implied and (has_date or grains) and bool(times))
            )
        case "flag":
            return wanted.name in columns or any(name == wanted.name for name, _ in valued)
        case "value":
            return (wanted.name, str(wanted.value).casefold()) in valued or (
                any(
                    isinstance(m, DateMeaning | NumberMeaning)
                    and str(wanted.value) in (str(getattr(m, "low", "")), str(getattr(m, "value", "")))
                    for m in meanings
                )
            )
        case "number":
            parts = {float(m.part) for m in dates if m.part is not None}
            parts |= {float(m.low[:4]) for m in dates if m.low}
            parts |= {v for n in numbers for v in (n / 100, n * 100, -n, n - 1, n + 1)}
            as_values = {v for _, v in valued}
            return wanted.value in numbers | parts or str(wanted.value).removesuffix(".0") in as_values
        case "date":
            said = str(wanted.value)
            return has_date and any(
                m.low.startswith(said[:4]) or m.part is not None or not m.low for m in dates
            ) or any(isinstance(m, RelativeMeaning) for m in meanings) or any(
                n == float(said[:4]) for n in numbers
            )
        case "relative":
            return any(isinstance(m, RelativeMeaning) for m in meanings)
        case "text":
            texts = [folded(m.name) for m in meanings if isinstance(m, AliasMeaning)]
            return folded(str(wanted.value)) in "".join(texts) or folded(str(wanted.value)) in folded(
                linked.text
            )
        case "aggregation":
            return f"agg:{wanted.name}" in concepts or bool(
                {"top", "bottom"} & concepts if wanted.name in ("max", "min") else ()
            )
        case "grain":
            return f"grain:{wanted.name}" in concepts or any(
                d.grain == wanted.name for d in dates
            ) or (wanted.name == "month_of_year" and "grain:month" in concepts)
        case "operator":
            opposite = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}[wanted.name]
            near = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}[wanted.name]
            return bool({f"op:{wanted.name}", f"op:{near}"} & concepts) or (
                f"op:{opposite}" in concepts and "neg" in concepts
            )
        case "negation":
            return "neg" in concepts or "op:!=" in concepts
        case "presence":
            return wanted.name in concepts or (wanted.name == "present" and "neg" in concepts)
        case "arithmetic":
            op = "/" if wanted.name == "ratio_of_sums" else wanted.name
            return f"arith:{op}" in concepts or "agg:rate" in concepts or "agg:share" in concepts
        case "chart":
            return f"chart:{wanted.name}" in concepts or "trend" in concepts
    raise AssertionError(wanted.kind)


def main() -> None:
    """Measure, and print errors of one kind where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", default="")
    parser.add_argument("--table", default="")
    parser.add_argument("--without-encoder", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "cherry-reading"
    embedding = None if arguments.without_encoder else Embedding()
    linker = Linker(embedding, ArrayCache(folder / "arrays"))
    linker.load()
    right: dict[tuple[str, str], int] = defaultdict(int)
    every: dict[tuple[str, str], int] = defaultdict(int)
    sizes: list[int] = []
    times: list[float] = []
    kinds: Counter[tuple[str, str]] = Counter()
    for table in [arguments.table] if arguments.table else NAMES:
        dataset = dataset_of(table, folder)
        view = view_of(dataset, embedding, index=_index(table))
        for column, said in zip(view.columns, described(table)["columns"], strict=True):
            kinds[(said["kind"], column.kind)] += 1
        for question in labelled(table):
            start = time.perf_counter()
            linked = linker.link(question.text, question.language, view)
            times.append(time.perf_counter() - start)
            sizes.append(len(linked.candidates))
            _judge(question, linked, view, right, every, arguments.errors)
    names = sorted({kind for kind, _ in every})
    print(f"{'':12}{'en':>16}{'ko':>16}")
    for kind in names:
        cells = [
            f"{right[kind, lang]}/{every[kind, lang]} {right[kind, lang] / max(1, every[kind, lang]):.1%}"
            for lang in ("en", "ko")
        ]
        print(f"{kind:12}{cells[0]:>16}{cells[1]:>16}")
    sizes.sort()
    times.sort()
    print(
        f"candidates: median {sizes[len(sizes) // 2]}, mean {sum(sizes) / len(sizes):.0f}, 95 % {sizes[int(0.95 * len(sizes))]}, "
        f"most {sizes[-1]}; ms: median {1000 * times[len(times) // 2]:.1f}, 95 % "
        f"{1000 * times[int(0.95 * len(times))]:.1f}, most {1000 * times[-1]:.1f}"
    )
    if arguments.errors == "kinds":
        for pair, count in kinds.most_common():
            print(pair, count)


def _judge(
    question: Labelled,
    linked: Linked,
    view: TableView,
    right: dict[tuple[str, str], int],
    every: dict[tuple[str, str], int],
    errors: str,
) -> None:
    if not question.readings:
        return
    known = set(wanted_of(question.before)) if question.before else set()
    missed = []
    for reading in question.readings:
        wanted = [w for w in dict.fromkeys(wanted_of(reading)) if w not in known]
        missed.append(([w for w in wanted if not is_found(w, linked, view)], wanted))
    best, wanted = min(missed, key=lambda pair: len(pair[0]))
    for one in wanted:
        every[one.kind, question.language] += 1
        right[one.kind, question.language] += one not in best
        if one in best and one.kind == errors:
            print(f"{question.id}: {question.text!r} {one.name} {one.value}")


def _index(table: str) -> dict[str, tuple[str, ...]]:
    """Return the values that a table's file names, as an index of values would have them."""
    return {
        column["name"]: tuple(str(v) for v in column["values"] if v is not None)
        for column in described(table)["columns"]
        if column["type"] in ("category", "text")
    }


if __name__ == "__main__":
    main()
