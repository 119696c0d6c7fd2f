"""How much of what the labels name is among the candidates of linking.

`python -m benchmarks.reading.linking [--errors column] [--table NAME]`
"""

import argparse
import calendar
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reading.datasets import NAMES, dataset_of, described
from benchmarks.reading.labels import Labelled, labelled
from benchmarks.reading.wanted import Wanted, wanted_of
from cherry_reflex.core.reading.expression import columns_of
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.folding import folded
from cherry_reflex.llm.embedded.reading.formula import PREFIX, expression_of
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

UNITS = (7, 12, 24, 60, 1000, 10_000, 1_000_000)
"""What one unit is of another: a threshold may be said in hours for a column of minutes."""


def is_found(wanted: Wanted, linked: Linked, view: TableView) -> bool:
    """Whether candidates of the question have it."""
    meanings = [candidate.meaning for candidate in linked.candidates]
    concepts = {m.concept for m in meanings if isinstance(m, ConceptMeaning)}
    columns = {m.column for m in meanings if isinstance(m, ColumnMeaning)}
    formulas = [expression_of(concept, view) for concept in concepts]
    columns |= {c.name for formula in formulas if formula for c in columns_of(formula)}
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
            owner = view.column(wanted.name)
            if owner is not None and owner.positive is not None and wanted.name in columns:
                return True
            if str(wanted.value) in calendar.day_name:
                return any(d.grain == "weekday" for d in dates) or "date:weekend" in concepts
            return (wanted.name, str(wanted.value).casefold()) in valued or (
                any(
                    isinstance(m, DateMeaning | NumberMeaning)
                    and str(wanted.value)
                    in (str(getattr(m, "low", "")), str(getattr(m, "value", "")))
                    for m in meanings
                )
            )
        case "number":
            parts = {float(m.part) for m in dates if m.part is not None}
            parts |= {float(m.low[:4]) for m in dates if m.low}
            parts |= {v for n in numbers for v in (n / 100, 100 - n, -n, n - 1, n + 1)}
            parts |= {n * m for n in numbers for m in UNITS} | {
                n / m for n in numbers for m in UNITS
            }
            if wanted.value == 0 and {"neg", "missing", "present", "op:!="} & concepts:
                return True
            as_values = {v for _, v in valued}
            return (
                wanted.value in numbers | parts or str(wanted.value).removesuffix(".0") in as_values
            )
        case "date":
            if {"date:first_half", "date:second_half"} & concepts:
                return True
            said = str(wanted.value)
            return (
                any(not m.low or m.low.startswith(said[:4]) for m in dates)
                or any(isinstance(m, RelativeMeaning) for m in meanings)
                or any(n == float(said[:4]) for n in numbers)
            )
        case "relative":
            return any(isinstance(m, RelativeMeaning) for m in meanings)
        case "text":
            texts = [folded(m.name) for m in meanings if isinstance(m, AliasMeaning)]
            return folded(str(wanted.value)) in "".join(texts) or folded(
                str(wanted.value)
            ) in folded(linked.text)
        case "aggregation":
            if wanted.name == "count_distinct" and "agg:count" in concepts:
                return True
            return f"agg:{wanted.name}" in concepts or bool(
                {"top", "bottom"} & concepts if wanted.name in ("max", "min") else ()
            )
        case "grain":
            return (
                f"grain:{wanted.name}" in concepts
                or any(d.grain == wanted.name for d in dates)
                or (wanted.name == "month_of_year" and "grain:month" in concepts)
            )
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
            if any(concept.startswith(PREFIX) for concept in concepts):
                return True
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
        view = view_of(dataset, embedding)
        for column, said in zip(view.columns, described(table)["columns"], strict=True):
            kinds[(said["kind"], column.kind)] += 1
        for question in labelled(table):
            start = time.process_time()
            linked = linker.link(question.text, question.language, view)
            times.append(time.process_time() - start)
            sizes.append(len(linked.candidates))
            _judge(question, linked, view, right, every, arguments.errors)
    names = sorted({kind for kind, _ in every})
    print(f"{'':12}{'en':>16}{'ko':>16}")
    for kind in names:
        counts = [(right[kind, lang], every[kind, lang]) for lang in ("en", "ko")]
        cells = [f"{some}/{most} {some / max(1, most):.1%}" for some, most in counts]
        print(f"{kind:12}{cells[0]:>16}{cells[1]:>16}")
    print(f"candidates: {_spread(sizes)}; ms of CPU: {_spread([1000 * t for t in times])}")
    if arguments.errors == "kinds":
        for pair, count in kinds.most_common():
            print(pair, count)


def _spread(figures: Sequence[float]) -> str:
    known = sorted(figures)
    middle, late = known[len(known) // 2], known[int(0.95 * len(known))]
    return f"median {middle:.1f}, 95 % {late:.1f}, most {known[-1]:.1f}"


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


if __name__ == "__main__":
    main()
