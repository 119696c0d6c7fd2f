"""Relations, tests, outliers, normality, missing cells, distributions."""

from typing import get_args

from benchmarks.reading.generator.asking import sentence, where_of
from benchmarks.reading.generator.filters import said_filters
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Scene, ref
from cherry_reflex.core.reading.condition import Membership
from cherry_reflex.core.reading.reading import ChartKind, Reading, Task

HISTOGRAM = ("histogram", "히스토그램")


def _method(scene: Scene, *names: str, share: float = 0.25) -> tuple[str, str]:
    if not scene.chance(share):
        return "", ""
    name = scene.rnd.choice(names)
    return name, scene.rnd.choice(phrases("statistics")["method"][name][scene.language])


def relation(scene: Scene) -> Asked:
    """Whether two columns go together."""
    one, two = scene.number_column(), scene.number_column()
    slots = {"m": scene.mention(one), "m2": scene.mention(two)}
    if scene.chance(0.12):
        text = fill(scene.pick("statistics", "scatter"), slots)
        reading = Reading(task="relation", columns=(ref(one), ref(two)), chart="scatter")
        return sentence(scene, text, lead=False, tail=False), reading
    method, words = _method(scene, "pearson", "spearman", share=0.2)
    filters = said_filters(scene, (0.15,))
    text = fill(scene.pick("statistics", "relation"), slots) + words
    columns = (ref(one), ref(two))
    reading = Reading(task="relation", columns=columns, where=where_of(filters), method=method)
    return sentence(scene, text, filters, lead=False, tail=not words), reading


def test(scene: Scene) -> Asked:
    """Whether a difference is more than chance."""
    draw = scene.rnd.random()
    if draw < 0.15:
        label, other = scene.take("label"), scene.take("label", "flag")
        slots = {"x": scene.mention(label, True), "x2": scene.mention(other, True)}
        text = fill(scene.pick("statistics", "test_labels"), slots)
        method = "chi-square" if "chi" in text or "카이" in text else ""
        reading = Reading(task="test", columns=(ref(label), ref(other)), method=method)
        return sentence(scene, text, lead=False, tail=scene.chance(0.4)), reading
    made = scene.number_column()
    words = scene.mention(made)
    columns_made, where = scene.take("label", "flag"), None
    if draw < 0.5 and columns_made.kind == "label":
        value, said = scene.value(columns_made)
        second, said_second = scene.value(columns_made, (value,))
        slots = {"m": words, "v": said, "v2": said_second}
        method, words = _method(scene, "t-test", "mann-whitney")
        text = fill(scene.pick("statistics", "test_values"), slots) + words
        where = Membership(of=ref(columns_made), values=(value, second))
    else:
        name = scene.mention(columns_made, plain=True)
        slots = {"m": words, "x": name, "xs": scene.plural(name)}
        method, words = _method(scene, "anova", "t-test")
        text = fill(scene.pick("statistics", "test_groups"), slots) + words
    columns = (ref(made), ref(columns_made))
    reading = Reading(task="test", columns=columns, where=where, method=method)
    return sentence(scene, text, lead=False, tail=scene.chance(0.4)), reading


def one_column(scene: Scene) -> Asked:
    """Outliers, normality, missing cells, a description, a distribution."""
    name: Task = scene.rnd.choice(
        (
            "outliers",
            "outliers",
            "normality",
            "missing",
            "missing",
            "describe",
            "distribution",
            "distribution",
        )
    )
    if name in ("missing", "describe") and scene.chance(0.4):
        text = scene.pick("statistics", f"{name}_all")
        return sentence(scene, text, lead=False, tail=scene.chance(0.3)), Reading(task=name)
    kinds = ("amount", "level", "rate")
    if name == "missing":
        kinds = (*kinds, "label", "time", "identifier", "text")  # type: ignore[assignment]
    made = scene.take(*kinds)
    method, words = "", ""
    if name == "outliers":
        method, words = _method(scene, "iqr", "z-score", share=0.4)
    elif name == "normality":
        method, words = _method(scene, "shapiro", share=0.15)
    filters = said_filters(scene, (0.12,))
    text = fill(scene.pick("statistics", name), {"m": scene.mention(made)})
    chart: ChartKind = "histogram" if any(word in text for word in HISTOGRAM) else ""
    assert chart in get_args(ChartKind)
    reading = Reading(
        task=name, columns=(ref(made),), where=where_of(filters), method=method, chart=chart
    )
    return sentence(scene, text + words, filters, lead=False, tail=not words), reading
