"""What is measured, and how it is said."""

from dataclasses import dataclass

from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.scene import Scene, ref
from benchmarks.reading.generator.table import MadeColumn
from cherry_reflex.core.reading.expression import Arithmetic, ArithmeticOperator
from cherry_reflex.core.reading.reading import Aggregation, Measure

SINGLE: tuple[tuple[Aggregation, int], ...] = (
    *(("sum", 26), ("mean", 26), ("median", 7), ("max", 6), ("min", 5), ("std", 5)),
    *(("count_distinct", 10), ("var", 2), ("range", 2), ("skew", 2), ("kurtosis", 2)),
    *(("mode", 3), ("iqr", 2), ("cumulative_sum", 2)),
)
PERCENTILES = (90, 95, 99, 10, 75, 25, 80, 5, 50)
OPERATORS: tuple[tuple[ArithmeticOperator, int], ...] = (
    *(("/", 3), ("*", 3), ("-", 4), ("+", 3), ("ratio_of_sums", 4)),
)


@dataclass(frozen=True)
class Said:
    """Words (with `{A}` where an adjective may stand) for measures."""

    text: str
    measures: tuple[Measure, ...]


def implied(made: MadeColumn) -> Aggregation:
    """Return what a column's name alone asks for: amounts add up, all else is averaged."""
    return "sum" if made.kind == "amount" else "mean"


def counted(scene: Scene) -> Said:
    """Return the number of rows."""
    text = fill_rows(scene, scene.pick("aggregations", "count"))
    return Said(text, (Measure(agg="count"),))


def fill_rows(scene: Scene, pattern: str, **slots: str) -> str:
    """Fill a pattern; `{A}` stays."""
    return fill(pattern.replace("{A}", "⟨A⟩"), {**scene.slots(), **slots}).replace("⟨A⟩", "{A}")


def said_measure(scene: Scene) -> Said:
    """Return one or several measures, of all kinds."""
    draw = scene.rnd.random()
    if draw < 0.17:
        return counted(scene)
    if draw < 0.32:
        return _implied(scene)
    if draw < 0.37:
        return _percentile(scene)
    if draw < 0.43:
        return _several(scene)
    if draw < 0.49:
        return _two_columns(scene)
    if draw < 0.58:
        return expression(scene)
    return _single(scene)


def simple(scene: Scene) -> Said:
    """Return one measure that groups can be ranked by, its words short."""
    if scene.chance(0.22):
        pattern = scene.rnd.choice(
            ("number of {e}", "{e}", "{e1} count", "count of {e}")
            if scene.language == "en"
            else ("{e1} 수", "건수", "{e1} 건수", "{e1} 개수", "{e1|이} 몇 건인지 수")
        )
        return Said(fill_rows(scene, pattern), (Measure(agg="count"),))
    if scene.chance(0.07) and scene.has("identifier", "label"):
        made = scene.take("identifier", "label")
        words = scene.plural(scene.mention(made, plain=True))
        pattern = "number of distinct {m}" if scene.language == "en" else "{m} 수(중복 제외)"
        return Said(fill(pattern, {"m": words}), (Measure(agg="count_distinct", of=ref(made)),))
    made = scene.number_column()
    words = scene.mention(made, plain=scene.chance(0.6))
    if scene.chance(0.5):
        return Said(words, (Measure(agg=implied(made), of=ref(made)),))
    agg = scene.rnd.choice(("sum", "mean", "mean", "median", "max"))
    return Said(short(scene, agg, words), (Measure(agg=agg, of=ref(made)),))


def short(scene: Scene, agg: str, words: str) -> str:
    """Say an aggregation of a column in few words."""
    said = scene.rnd.choice(phrases("aggregations")["short"][scene.language][agg])
    if scene.language == "en":
        return f"{said} {words}"
    return f"{words} {said}" if scene.chance(0.6) else f"{said} {words}"


def _single(scene: Scene) -> Said:
    agg = scene.rnd.choices([a for a, _ in SINGLE], [w for _, w in SINGLE])[0]
    if agg == "count_distinct":
        made = scene.take("label", "identifier", "text", "code")
    elif agg == "mode":
        made = scene.take("label", "level", "amount")
    else:
        made = scene.number_column()
    words = scene.mention(made)
    pattern = scene.pick("aggregations", agg)
    text = fill_rows(scene, pattern, m=words, ms=scene.plural(words))
    return Said(text, (Measure(agg=agg, of=ref(made)),))


def _implied(scene: Scene) -> Said:
    made = scene.number_column()
    text = fill_rows(scene, scene.pick("aggregations", "implied"), m=scene.mention(made))
    return Said(text, (Measure(agg=implied(made), of=ref(made)),))


def _percentile(scene: Scene) -> Said:
    made = scene.number_column()
    p = scene.rnd.choice(PERCENTILES)
    words = scene.mention(made)
    text = fill_rows(scene, scene.pick("aggregations", "percentile"), m=words, p=str(p))
    return Said(text, (Measure(agg="percentile", p=p, of=ref(made)),))


def _several(scene: Scene) -> Said:
    known = phrases("aggregations")["short"][scene.language]
    aggs: list[Aggregation] = scene.rnd.sample(list(known), scene.rnd.choice((2, 2, 3)))
    words = [scene.rnd.choice(known[agg]) for agg in aggs]
    joint = scene.rnd.choice(
        (" and ", ", and ", " & ", ", ") if scene.language == "en" else (", ", " ", "와 ", "랑 ")
    )
    listed = ", ".join(words[:-1]) + joint + words[-1]
    made = scene.number_column()
    pattern = scene.pick("aggregations", "several")
    text = fill_rows(scene, pattern, m=scene.mention(made), l=listed)
    return Said(text, tuple(Measure(agg=agg, of=ref(made)) for agg in aggs))


def _two_columns(scene: Scene) -> Said:
    known = phrases("aggregations")["short"][scene.language]
    agg: Aggregation = scene.rnd.choice(("sum", "mean", "mean", "max", "median"))
    other: Aggregation = scene.rnd.choice(("sum", "mean", "max", "median", "min"))
    one = scene.number_column()
    slots = {"m": scene.mention(one), "g": scene.rnd.choice(known[agg])}
    if scene.chance(0.3):
        text = fill_rows(scene, scene.pick("aggregations", "with_count"), **slots)
        return Said(text, (Measure(agg="count"), Measure(agg=agg, of=ref(one))))
    two = scene.number_column()
    slots |= {"m2": scene.mention(two), "g2": scene.rnd.choice(known[other])}
    if scene.chance(0.5):
        text = fill_rows(scene, scene.pick("aggregations", "both"), **slots)
        return Said(text, (Measure(agg=agg, of=ref(one)), Measure(agg=agg, of=ref(two))))
    text = fill_rows(scene, scene.pick("aggregations", "mixed"), **slots)
    return Said(text, (Measure(agg=agg, of=ref(one)), Measure(agg=other, of=ref(two))))


def expression(scene: Scene) -> Said:
    """Return a measure of two columns combined."""
    op = scene.rnd.choices([o for o, _ in OPERATORS], [w for _, w in OPERATORS])[0]
    one, two = scene.number_column(), scene.number_column()
    words = fill(scene.pick("expressions", op), {"m": scene.mention(one), "m2": scene.mention(two)})
    of = Arithmetic(op=op, left=ref(one), right=ref(two))
    if op == "ratio_of_sums":
        return Said(words, (Measure(agg="sum", of=of),))
    if scene.chance(0.35):
        both_add = one.kind == two.kind == "amount" and op in ("+", "-")
        agg: Aggregation = (
            "sum" if both_add or (op == "*" and "amount" in (one.kind, two.kind)) else "mean"
        )
        return Said(words, (Measure(agg=agg, of=of),))
    agg = scene.rnd.choice(("sum", "mean", "mean", "median", "max"))
    said = scene.rnd.choice(phrases("aggregations")["short"][scene.language][agg])
    if scene.language == "en":
        text = f"{said} of {words}" if scene.chance(0.5) else f"{said} {words}"
    else:
        text = f"{words} {said}" if scene.chance(0.7) else f"{words}의 {said}"
    return Said(text, (Measure(agg=agg, of=of),))
