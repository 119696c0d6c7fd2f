"""What rows are grouped by, and how it is said."""

from dataclasses import dataclass

from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.scene import Impossible, Scene, ref
from benchmarks.reading.generator.table import NUMERIC, MadeColumn
from cherry_reflex.core.reading.expression import ColumnRef, Grain
from cherry_reflex.core.reading.reading import Group

GRAINS: tuple[tuple[Grain, int], ...] = (
    *(("month", 8), ("year", 4), ("quarter", 3), ("week", 2), ("day", 3), ("weekday", 3)),
    *(("hour_of_day", 2), ("month_of_year", 1)),
)


@dataclass(frozen=True)
class SaidGroups:
    """Words for groups."""

    text: str
    groups: tuple[Group, ...]


def said_groups(scene: Scene) -> SaidGroups:
    """Return groups of all kinds. Raises Impossible."""
    draw = scene.rnd.random()
    if draw < 0.06 and scene.has(*NUMERIC):
        return _bins(scene)
    if draw < 0.36 and scene.has("time"):
        return _time(scene)
    if draw < 0.48:
        return _two(scene)
    made = scene.group_column()
    return _column(scene, made)


def _column(scene: Scene, made: MadeColumn) -> SaidGroups:
    words = scene.mention(made, plain=scene.chance(0.75))
    slots = {"x": words, "xs": scene.plural(words)}
    return SaidGroups(fill(scene.pick("groups", "column"), slots), (Group(of=ref(made)),))


def grain_of(scene: Scene) -> tuple[Grain, str]:
    """Return a grain and how it is said."""
    grain = scene.rnd.choices([g for g, _ in GRAINS], [w for _, w in GRAINS])[0]
    return grain, scene.rnd.choice(phrases("groups")["grains"][scene.language][grain])


def _time(scene: Scene) -> SaidGroups:
    years = [c for c in scene.table.columns if c.column.time == "year"]
    if years and scene.chance(0.25) and years[0].column.name not in scene.taken:
        scene.taken.add(years[0].column.name)
        return _column(scene, years[0])
    made = scene.time_column()
    if scene.chance(0.1) and scene.is_time_clear:
        of = ref(made).model_copy(update={"grain": "month"})
        return SaidGroups(scene.pick("groups", "trend"), (Group(of=of),))
    grain, said = grain_of(scene)
    adverb = phrases("groups")["adverbs"][grain]
    pattern = scene.pick("groups", "grain")
    names_column = "{x}" in pattern
    if not names_column and not scene.is_time_clear:
        names_column = True
        pattern = "by {x} {t}" if scene.language == "en" else "{x} {t}별"
    words = scene.mention(made, plain=True) if names_column else ""
    text = fill(pattern, {"t": said, "ly": adverb, "x": words})
    return SaidGroups(text, (Group(of=ref(made).model_copy(update={"grain": grain})),))


def _two(scene: Scene) -> SaidGroups:
    one = scene.group_column()
    words = [scene.mention(one, plain=True)]
    groups = [Group(of=ref(one))]
    if scene.has("time") and scene.is_time_clear and scene.chance(0.3):
        made = scene.time_column()
        grain, said = grain_of(scene)
        groups.append(Group(of=ref(made).model_copy(update={"grain": grain})))
        words.append(said)
    else:
        made = scene.group_column()
        groups.append(Group(of=ref(made)))
        words.append(scene.mention(made, plain=True))
    order = (0, 1) if scene.chance(0.6) else (1, 0)
    slots = {"x": words[order[0]], "x2": words[order[1]]}
    return SaidGroups(
        fill(scene.pick("groups", "two"), slots), tuple(groups[place] for place in order)
    )


def _bins(scene: Scene) -> SaidGroups:
    made = scene.number_column()
    words = scene.mention(made, plain=True)
    draw = scene.rnd.random()
    if draw < 0.3:
        count = scene.rnd.choice((4, 5, 10, 20, 8))
        text = fill(scene.pick("groups", "bins"), {"x": words, "n": str(count)})
        return SaidGroups(text, (Group(of=ref(made), bins=count),))
    high = float(made.column.maximum)
    if high < 20:
        raise Impossible("bins")
    if draw < 0.8:
        width = float(scene.rnd.choice((5, 10, 50, 100, 500, 1000, 10000)))
        while width > high:
            width /= 10
        text = fill(scene.pick("groups", "width"), {"x": words, "n": f"{width:g}"})
        return SaidGroups(text, (Group(of=ref(made), width=width),))
    low, mid = round(high * 0.2), round(high * 0.6)
    text = fill(scene.pick("groups", "edges"), {"x": words, "n": str(low), "n2": str(mid)})
    return SaidGroups(text, (Group(of=ref(made), edges=(low, mid)),))


def column_of(group: Group) -> str:
    """Return the name of the column of a group."""
    return group.of.name if isinstance(group.of, ColumnRef) else ""
