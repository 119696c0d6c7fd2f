"""Figures, by groups or not: totals, shares, rates, comparisons of values."""

from benchmarks.reading.generator.asking import charted, sentence, where_of
from benchmarks.reading.generator.filters import (
    flag_condition,
    flag_word,
    said_filter,
    said_filters,
)
from benchmarks.reading.generator.groups import said_groups
from benchmarks.reading.generator.measures import said_measure, short, simple
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.scene import Impossible, Scene, ref
from cherry_reflex.core.reading.condition import Membership
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading

Asked = tuple[str, Reading | None]


def total(scene: Scene) -> Asked:
    """A figure, perhaps by groups, under conditions, in an order, as a chart."""
    said = said_measure(scene)
    filters = said_filters(scene, (0.5, 0.35, 0.3, 0.3))
    groups = None
    if scene.chance(0.45):
        try:
            groups = said_groups(scene)
        except Impossible:
            groups = None
    reading = Reading(
        measures=said.measures,
        by=groups.groups if groups is not None else (),
        where=where_of(filters),
    )
    before = after = ""
    if groups is not None and scene.chance(0.12):
        kind, before, after = charted(scene)
        reading = reading.model_copy(update={"chart": kind})
    elif groups is not None and scene.chance(0.13):
        way = scene.rnd.choice(("descending", "descending", "ascending"))
        after = scene.pick("orders", way)
        reading = reading.model_copy(update={"order": Order.model_validate({"direction": way})})
    elif groups is not None and scene.chance(0.04):
        kind = scene.rnd.choice(("xlsx", "csv", "pdf"))
        after = scene.rnd.choice(phrases("frames")["exports"][scene.language][kind])
        reading = reading.model_copy(update={"export": kind})
    return sentence(scene, said.text, filters, groups, after, before=before), reading


def share(scene: Scene) -> Asked:
    """The share of each group, or of one value."""
    if scene.chance(0.35):
        words, measure = scene.slots()["e"], Measure(agg="share")
    else:
        made = scene.number_column()
        words, measure = scene.mention(made), Measure(agg="share", of=ref(made))
    made = scene.take("label", "code")
    if scene.chance(0.6):
        name = scene.mention(made, plain=True)
        slots = {"s": words, "x": name, "xs": scene.plural(name)}
        filters = said_filters(scene, (0.15,))
        text = fill(scene.pick("shares", "share_by"), slots)
        reading = Reading(measures=(measure,), by=(Group(of=ref(made)),), where=where_of(filters))
        return sentence(scene, text, filters, lead=scene.chance(0.3)), reading
    value, said = scene.value(made)
    text = fill(scene.pick("shares", "share_of"), {"s": words, "v": said})
    condition = scene.equals(made, value)
    measure = (
        Measure(agg="rate", when=condition)
        if measure.of is None
        else measure.model_copy(update={"when": condition})
    )
    return sentence(scene, text, lead=False, tail=scene.chance(0.5)), Reading(measures=(measure,))


def rate(scene: Scene) -> Asked:
    """The part of the rows for which something holds."""
    if scene.has("flag") and scene.chance(0.55):
        made = scene.take("flag")
        slots = {"c": flag_word(scene, made), **scene.slots()}
        text = fill(scene.pick("shares", "rate_of_flag"), slots)
        when = flag_condition(made, True)
    else:
        one = said_filter(scene)
        text = fill(scene.pick("shares", "rate_of_filter"), {"f": one.text, **scene.slots()})
        when = one.condition
    filters = said_filters(scene, (0.22,))
    groups = said_groups(scene) if scene.chance(0.4) else None
    reading = Reading(
        measures=(Measure(agg="rate", when=when),),
        by=groups.groups if groups is not None else (),
        where=where_of(filters),
    )
    return sentence(scene, text, filters, groups, lead=False), reading


def compare_values(scene: Scene) -> Asked:
    """A figure of two values side by side."""
    made = scene.take("label", "code")
    value, said = scene.value(made)
    second, said_second = scene.value(made, (value,))
    measure = simple(scene)
    slots = {"g": measure.text.replace("{A}", ""), "v": said, "v2": said_second}
    text = fill(scene.pick("frames", "compare"), slots)
    where = Membership(of=ref(made), values=(value, second))
    reading = Reading(measures=measure.measures, by=(Group(of=ref(made)),), where=where)
    return sentence(scene, text, lead=False, tail=scene.chance(0.5)), reading


def per_entity(scene: Scene) -> Asked:
    """A mean over the totals of entities."""
    made, entity = scene.number_column(), scene.take("identifier", "label")
    slots = {"m": scene.mention(made), "x": scene.mention(entity, plain=True), **scene.slots()}
    text = fill(scene.pick("shares", "per_entity"), slots)
    agg = "count" if "{e}" in text else "sum"
    measure = Measure.model_validate({"agg": agg, "of": ref(made), "per": ref(entity)})
    filters = said_filters(scene, (0.2,))
    reading = Reading(measures=(measure,), where=where_of(filters))
    return sentence(scene, text, filters, lead=False), reading


def pivot(scene: Scene) -> Asked:
    """A table of two groups."""
    made = scene.number_column()
    one, two = scene.take("label", "code"), scene.take("label", "flag", "code")
    words = short(scene, agg := scene.rnd.choice(("sum", "mean")), scene.mention(made))
    slots = {
        "g": words,
        "x": scene.mention(one, plain=True),
        "x2": scene.mention(two, plain=True),
    }
    text = fill(scene.pick("frames", "pivot"), slots)
    reading = Reading(
        task="pivot",
        measures=(Measure.model_validate({"agg": agg, "of": ref(made)}),),
        by=(Group(of=ref(one)), Group(of=ref(two))),
    )
    return sentence(scene, text, lead=False), reading
