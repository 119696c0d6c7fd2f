"""Rows, cells of one row, the values of a column."""

from benchmarks.reading.generator.asking import sentence, where_of
from benchmarks.reading.generator.filters import said_filters
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Impossible, Scene, ref
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading


def rows(scene: Scene) -> Asked:
    """Rows under conditions, perhaps some of their columns."""
    filters = said_filters(scene, (1.0, 0.35, 0.3))
    if not filters:
        raise Impossible("conditions")
    slots = scene.slots()
    columns = ()
    name = "list"
    if scene.chance(0.2):
        made = [scene.take("label", "amount", "level", "identifier", "time", "text")]
        made.append(scene.take("label", "amount", "level", "identifier", "time"))
        slots |= {"c": scene.mention(made[0]), "c2": scene.mention(made[1])}
        name = "columns"
    pattern = scene.pick("rows", name)
    if name == "columns":
        columns = tuple(ref(one) for one in made[: 2 if "{c2}" in pattern else 1])  # type: ignore[assignment]
    order, after = None, ""
    if scene.chance(0.1):
        column = scene.take("amount", "level", "time")
        words = scene.mention(column, plain=True)
        is_down = scene.chance(0.6)
        order = Order(by=ref(column), direction="descending" if is_down else "ascending")
        after = (
            f" sorted by {words}{' descending' if is_down else ''}"
            if scene.language == "en"
            else f" {words} {'높은' if is_down else '낮은'} 순으로"
        )
        if scene.language == "en" and not is_down and scene.chance(0.5):
            after += " ascending"
    text = fill(pattern.replace("{A}", "⟨A⟩"), slots).replace("⟨A⟩", "{A}")
    reading = Reading(task="rows", columns=columns, where=where_of(filters), order=order)
    return sentence(scene, text, filters, None, after, lead=False, tail=False), reading


def lookup(scene: Scene) -> Asked:
    """A cell of the row that a value names."""
    key = scene.take("identifier", "label", "text")
    made = scene.take("amount", "level", "label", "time", "rate")
    value, said = scene.value(key)
    words = scene.mention(made)
    text = fill(scene.pick("rows", "lookup"), {"c": words, "v": said})
    where = scene.equals(key, value)
    if key.kind == "identifier":
        return sentence(scene, text, lead=False, tail=scene.chance(0.5)), Reading(
            task="lookup", columns=(ref(made),), where=where
        )
    if made.kind not in ("amount", "level", "rate"):
        raise Impossible("one row")
    agg = "sum" if made.kind == "amount" else "mean"
    measure = Measure.model_validate({"agg": agg, "of": ref(made)})
    reading = Reading(measures=(measure,), where=where)
    return sentence(scene, text, lead=False, tail=scene.chance(0.5)), reading


def distinct(scene: Scene) -> Asked:
    """The values that a column has."""
    made = scene.take("label", "code")
    words = scene.mention(made, plain=True)
    text = fill(scene.pick("rows", "distinct"), {"x": words, "xs": scene.plural(words)})
    reading = Reading(measures=(Measure(agg="count"),), by=(Group(of=ref(made)),))
    return sentence(scene, text, lead=False, tail=scene.chance(0.5)), reading
