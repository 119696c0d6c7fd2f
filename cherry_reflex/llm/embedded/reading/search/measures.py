"""Binds aggregations to what they aggregate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from cherry_reflex.core.reading.expression import Arithmetic, Expression
from cherry_reflex.core.reading.reading import Aggregation, Measure
from cherry_reflex.llm.embedded.reading.formula import expression_of
from cherry_reflex.llm.embedded.reading.linked import ColumnKind
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.flags import flag_condition
from cherry_reflex.llm.embedded.reading.search.parts import column_ref, measure_of
from cherry_reflex.llm.embedded.reading.search.path import Path

MEASURED = (
    "aggregate", "forecast", "anomalies", "contribution", "compare_periods", "growth", "pareto",
    "pivot", "ab_test", "funnel",
)  # fmt: skip
"""Tasks that have measures."""
PARTS = ("share", "rate")
IMPLIED = 3
"""Columns that are tried where none is named."""
DEFAULTS: dict[ColumnKind, tuple[tuple[Aggregation, float], ...]] = {
    "amount": (("sum", 0.0), ("mean", -1.0), ("max", -3.0)),
    "level": (("mean", 0.0), ("sum", -1.4), ("max", -3.0)),
    "rate": (("mean", 0.0),),
    "identifier": (("count_distinct", 0.0), ("count", -0.4)),
    "label": (("count_distinct", -0.3), ("count", -0.5)),
    "text": (("count", -0.8),),
    "code": (("count_distinct", -0.3), ("mean", -0.9)),
    "time": (("max", -1.0), ("min", -1.0), ("count", -1.2)),
}
"""What is meant by a column that no aggregation stands beside, the likeliest first."""


@dataclass(frozen=True)
class Operand:
    """What is aggregated: a column, or an expression, at its place in the path."""

    place: int
    expression: Expression
    kind: ColumnKind


def bind_measures(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with its measures; nothing is measured where nothing is named."""
    if draft.task not in MEASURED:
        yield draft
        return
    operands = operands_of(path, draft)
    if draft.task == "compare_periods":  # what is compared says how much it grew
        draft = draft.using(*draft.free(path.concepts("agg:growth")))
    words = draft.free(path.places("agg"))
    parts = [p for p in words if path.tokens[p].detail in PARTS]
    if parts:
        yield from _parts(path, draft, parts[0], operands)
    whole = [p for p in words if p not in parts]
    yield from _per_entity(path, draft, operands)
    yield from _paired(path, draft, whole, operands, weight=-1.5 if parts else 0.0)


def _per_entity(path: Path, draft: Draft, operands: list[Operand]) -> Iterator[Draft]:
    """`Revenue per customer`: the mean over customers of what each has in all."""
    words = draft.free(path.places("per"))
    summed = [o for o in operands if o.kind in ("amount", "level", "rate")]
    if not words or not summed:
        return
    for place in path.nearest(words[0], ("group", "measure"), 2, draft.used):
        entity = path.tokens[place].column
        if path.kind_of(place) not in ("identifier", "label", "code") or not entity:
            continue
        of = next((o for o in summed if o.place != place), None)
        if of is None:
            return
        made = Measure(agg="sum", of=of.expression, per=column_ref(entity))
        means = path.concepts("agg:mean", "agg:sum")
        by = tuple(g for g in draft.by if g.of != column_ref(entity))
        used = (words[0], place, of.place, *means)
        yield draft.using(*used, weight=-0.6, measures=(made,), by=by)
        return


def operands_of(path: Path, draft: Draft) -> list[Operand]:
    """Return what may be aggregated, from left to right."""
    found = [
        Operand(p, column_ref(path.tokens[p].column), path.kind_of(p))
        for p in draft.free(path.places("measure"))
    ]
    found += [Operand(p, e, "amount" if _adds(e) else "level") for p, e in draft.expressions]
    for place in draft.free(path.places("formula")):
        formula = expression_of(path.tokens[place].concept, path.view)
        if formula is not None:
            found.append(Operand(place, formula, "amount" if _adds(formula) else "level"))
    return sorted(found, key=lambda operand: operand.place)


def _adds(expression: Expression) -> bool:
    return isinstance(expression, Arithmetic) and expression.op in ("*", "ratio_of_sums", "+")


def _paired(
    path: Path, draft: Draft, words: list[int], operands: list[Operand], weight: float = 0.0
) -> Iterator[Draft]:
    """Each aggregation with the operand beside it; several aggregations of one operand; one of
    several; operands without any by their kind."""
    if not operands:
        yield from _without_operands(path, draft, words, weight)
        return
    if not words:
        yield from _by_kind(path, draft, operands, weight)
        return
    beside = _beside(path, words, operands)
    yield from _measured(path, draft, operands, beside, weight)
    if len(operands) > 1 and len(words) == 1:
        every = {o.place: list(words) for o in operands}
        yield from _measured(path, draft, operands, every, weight - 0.2)
    if len(operands) > 1 and len(words) > 1:
        crossed = {o.place: list(words) for o in operands}
        yield from _measured(path, draft, operands, crossed, weight - 0.8)
        in_turn = {o.place: [w] for o, w in zip(operands, words, strict=False)}
        yield from _measured(path, draft, operands, in_turn, weight - 0.3)


def _beside(path: Path, words: list[int], operands: list[Operand]) -> dict[int, list[int]]:
    """For the place of each operand the aggregations that stand nearest to it."""
    found: dict[int, list[int]] = {o.place: [] for o in operands}
    for word in words:
        nearest = min(operands, key=lambda o: (path.gap(o.place, word), o.place < word))
        found[nearest.place].append(word)
    return found


def _measured(
    path: Path,
    draft: Draft,
    operands: list[Operand],
    beside: dict[int, list[int]],
    weight: float,
) -> Iterator[Draft]:
    sets: list[tuple[tuple[Measure, ...], float, frozenset[int]]] = [((), weight, frozenset())]
    for operand in operands:
        ways = list(_of_one(path, draft, operand, beside.get(operand.place, [])))
        sets = [
            (made + more, w + cost, used | taken)
            for made, w, used in sets
            for more, cost, taken in ways
        ]
        sets = sorted(sets, key=lambda s: -s[1])[:4]
    for made, cost, used in sets:
        measures = (*draft.measures, *dict.fromkeys(made))
        yield draft.using(*used, weight=cost, measures=measures)


def _of_one(
    path: Path, draft: Draft, operand: Operand, words: list[int]
) -> Iterator[tuple[tuple[Measure, ...], float, frozenset[int]]]:
    """The measures of one operand with the words of aggregation that belong to it."""
    if not words:
        for one, cost in default_measures(path, operand):
            yield (one,), cost, frozenset((operand.place,))
        return
    made: list[Measure] = []
    used = {operand.place}
    is_counted = False
    for word in words:
        agg = path.tokens[word].detail
        used.add(word)
        if agg == "count":
            is_counted = True
            made.append(measure_of("count"))
        elif agg == "percentile":
            made += _percentiles(path, draft, word, operand.expression, used)
        elif agg in get_args(Aggregation):
            made.append(Measure.model_validate({"agg": agg, "of": operand.expression}))
    aggs = {m.agg for m in made}
    cost = 0.0
    if "sum" in aggs and operand.kind in ("level", "rate"):
        cost -= 1.0
    if operand.kind in ("label", "text", "identifier") and aggs - {
        "count",
        "count_distinct",
        "mode",
    }:
        cost -= 2.0
    if is_counted and len(made) == 1:
        distinct = (measure_of("count_distinct", operand.expression),)
        countable = operand.kind in ("label", "identifier", "code", "text", "time")
        yield distinct, 0.0 if countable else -2.0, frozenset(used)
        yield tuple(made), -0.1 if countable else -1.0, frozenset(used)
        if operand.kind in ("amount", "level"):
            yield from (
                ((measure,), more - 0.4, frozenset(used))
                for measure, more in default_measures(path, operand)
            )
    elif made:
        yield tuple(made), cost, frozenset(used)


def default_measures(path: Path, operand: Operand) -> Iterator[tuple[Measure, float]]:
    """Yield what is meant by an operand alone, with its weight."""
    expression = operand.expression
    if isinstance(expression, Arithmetic):
        if expression.op == "ratio_of_sums":
            yield measure_of("sum", expression), 0.0
            return
        is_ratio = expression.op == "/"
        yield measure_of("mean", expression), 0.0 if is_ratio else -0.4
        yield measure_of("sum", expression), -1.0 if is_ratio else -0.1
        return
    if operand.kind == "flag":
        column = path.column(operand.place)
        condition = flag_condition(column)
        yield Measure(agg="rate", when=condition), 0.0
        yield Measure(agg="count", when=condition), -1.0
        return
    for agg, cost in DEFAULTS.get(operand.kind, ()):
        of = None if agg == "count" else expression
        yield Measure(agg=agg, of=of), cost


def _by_kind(path: Path, draft: Draft, operands: list[Operand], weight: float) -> Iterator[Draft]:
    yield from _measured(path, draft, operands, {}, weight)


def _without_operands(path: Path, draft: Draft, words: list[int], weight: float) -> Iterator[Draft]:
    """Rows are counted; other aggregations need something to aggregate."""
    counting = [w for w in words if path.tokens[w].detail == "count"]
    others = [w for w in words if w not in counting]
    nouns = draft.free(path.places("noun"))
    if not others:
        cost = weight - (0.0 if counting else 0.3 if nouns else 0.8)
        used = (*counting, *nouns)
        yield draft.using(*used, weight=cost, measures=(*draft.measures, measure_of("count")))
        yield from _counted_groups(path, draft, counting, weight)
        if not counting:
            yield draft.using(weight=weight)
            yield from _implied(path, draft, weight)
        return
    for rank, column in enumerate(measurable(path)):
        operand = column_ref(column)
        made = [
            Measure.model_validate({"agg": path.tokens[w].detail, "of": operand})
            for w in others
            if path.tokens[w].detail in get_args(Aggregation)
            and path.tokens[w].detail != "percentile"
        ]
        if counting:
            made.append(measure_of("count"))
        if made:
            yield draft.using(*words, weight=weight - 1.5 - 0.3 * rank, measures=tuple(made))


def measurable(path: Path) -> list[str]:
    """Return the columns that are meant where something is measured and none is named."""
    columns = [c for c in path.view.columns if c.kind in ("amount", "level")]
    columns.sort(key=lambda c: c.kind != "amount")
    return [c.name for c in columns[:IMPLIED]]


def _implied(path: Path, draft: Draft, weight: float) -> Iterator[Draft]:
    """Groups of which nothing is said but who is first: by one of the amounts."""
    if not path.places("group") and not path.places("grain"):
        return
    kinds = {c.name: c.kind for c in path.view.columns}
    for rank, name in enumerate(measurable(path)):
        if kinds[name] == "amount":
            made = measure_of("sum", column_ref(name))
            yield draft.using(weight=weight - 1.6 - 0.3 * rank, measures=(made,))


def _counted_groups(
    path: Path, draft: Draft, counting: list[int], weight: float
) -> Iterator[Draft]:
    """`How many customers`, where the column was taken for a group: its different values."""
    for place in draft.free(path.places("group")):
        if counting and path.gap(place, counting[0]) <= 1:
            of = column_ref(path.tokens[place].column)
            made = measure_of("count_distinct", of)
            yield draft.using(*counting, place, weight=weight - 0.5, measures=(made,))


def _percentiles(
    path: Path, draft: Draft, word: int, of: Expression, used: set[int]
) -> list[Measure]:
    numbers: list[int] = []
    free = [p for p in draft.free(path.places("number")) if 0 <= path.number(p).value <= 100]
    for place in sorted(free, key=lambda p: path.gap(p, word)):
        # `The 25th, 50th and 75th percentile`: each stands beside the one before.
        if min(path.gap(place, other) for other in (word, *numbers)) <= 2:
            numbers.append(place)
    numbers.sort()
    used.update(numbers)
    values = [path.number(p).value for p in numbers]
    return [Measure(agg="percentile", of=of, p=value) for value in values]


def _parts(path: Path, draft: Draft, word: int, operands: list[Operand]) -> Iterator[Draft]:
    """Shares and rates: of a whole, or of the rows for which a condition holds."""
    for operand in operands:
        if operand.kind == "flag":
            made = Measure(agg="rate", when=flag_condition(path.column(operand.place)))
            yield draft.using(word, operand.place, measures=(*draft.measures, made))
    summed = [o for o in operands if o.kind in ("amount", "level")]
    if summed:
        used = (word, *(o.place for o in summed))
        made_all = tuple(measure_of("share", o.expression) for o in summed[:2])
        yield draft.using(*used, measures=(*draft.measures, *made_all))
    elif draft.by or path.places("group"):
        yield draft.using(word, weight=-0.2, measures=(*draft.measures, Measure(agg="share")))
    ordered = sorted(draft.conditions, key=lambda b: abs(b.place - word))
    for rank, bound in enumerate(ordered[:3]):
        rest = tuple(b for b in draft.conditions if b is not bound)
        rate: dict[str, Any] = {"agg": "rate", "when": bound.condition}
        made = Measure.model_validate(rate)
        yield draft.using(
            word, weight=-0.3 * rank, conditions=rest, measures=(*draft.measures, made)
        )
        if summed:
            of_share = Measure(agg="share", of=summed[0].expression, when=bound.condition)
            yield draft.using(
                word,
                summed[0].place,
                weight=-0.3 * rank - 0.2,
                conditions=rest,
                measures=(*draft.measures, of_share),
            )
