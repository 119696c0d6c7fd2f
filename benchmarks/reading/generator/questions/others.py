"""What readings only name (forecasts, models, cleaning …), what they cannot say, and two questions
at once."""

from collections.abc import Callable

from benchmarks.reading.generator.asking import sentence
from benchmarks.reading.generator.filters import said_filters
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Impossible, Scene
from cherry_reflex.core.reading.reading import Reading, Task

WEIGHTS: dict[Task, int] = {
    "forecast": 6,
    "broad": 5,
    "clean": 5,
    "model": 5,
    "features": 4,
    "anomalies": 3,
    "contribution": 3,
    "words": 3,
    "pareto": 3,
    "schema": 3,
    "nps": 2,
    "ab_test": 2,
    "funnel": 2,
    "survival": 2,
    "cohort": 2,
    "report": 2,
    "rfm": 1,
}
UNITS = {
    "month": ("months", "달", "개월"),
    "week": ("weeks", "주", "주"),
    "quarter": ("quarters", "분기", "분기"),
    "year": ("years", "해", "년"),
}


def _slots(scene: Scene, pattern: str) -> dict[str, str]:
    slots = scene.slots()
    unit = scene.rnd.choice(tuple(UNITS))
    slots["k"] = str(scene.rnd.choice((2, 3, 4, 6, 12)))
    slots["n"] = str(scene.rnd.choice((3, 4, 5)))
    slots["u"] = unit if scene.language == "en" else UNITS[unit][1]
    slots["us"], slots["ku"] = UNITS[unit][0], UNITS[unit][2]
    if "{m2" in pattern:
        slots["m2"] = scene.mention(scene.number_column())
    if "{m" in pattern:
        slots["m"] = scene.mention(scene.number_column())
    if "{x2" in pattern:
        slots["x2"] = scene.mention(scene.group_column(), plain=True)
    if "{x" in pattern:
        slots["x"] = scene.mention(scene.group_column(), plain=True)
        slots["xs"] = scene.plural(slots["x"])
    if "{w" in pattern:
        slots["w"] = scene.mention(scene.take("text", "label"), plain=True)
    if "{c" in pattern:
        slots["c"] = scene.mention(scene.take("label", "amount", "level", "time", "text"))
    if "{v" in pattern:
        slots["v"] = scene.value(scene.take("label"))[1]
    return slots


def named(scene: Scene) -> Asked:
    """A task that a reading only names."""
    task = scene.rnd.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
    pattern = scene.pick("named", task)
    text = fill(pattern, _slots(scene, pattern))
    filters = []
    if task in ("forecast", "anomalies", "contribution", "pareto", "words"):
        filters = said_filters(scene, (0.12,))
    where = filters[0].condition if filters else None
    is_ended = scene.chance(0.35)
    return sentence(scene, text, filters, lead=False, tail=is_ended), Reading(
        task=task, where=where
    )


def nothing(scene: Scene) -> Asked:
    """What no reading says."""
    pattern = scene.pick("nothing", "out")
    return sentence(scene, fill(pattern, _slots(scene, pattern)), lead=False, tail=False), None


def two(scene: Scene, kinds: tuple[Callable[[Scene], Asked], ...]) -> Asked:
    """Two questions in one."""
    first, one = scene.rnd.choice(kinds)(scene)
    second, other = scene.rnd.choice(kinds)(scene)
    if one is None or other is None or one.also or other.also:
        raise Impossible("two")
    first, second = first.rstrip(" ?."), second.strip()
    pattern = scene.pick("frames", "joint")
    if ". {q2}" not in pattern:
        second = second[:1].lower() + second[1:]
    text = fill(pattern, {"q": first, "q2": second})
    return text, one.model_copy(update={"also": (other,)})


def half(scene: Scene, kinds: tuple[Callable[[Scene], Asked], ...]) -> Asked:
    """A question of which only a half can be done: nothing, as a whole."""
    possible, reading = scene.rnd.choice(kinds)(scene)
    pattern = scene.rnd.choice(phrases("nothing")["half"][scene.language])
    if reading is None:
        raise Impossible("half")
    return fill(pattern, {"q": possible.rstrip(" ?.")}), None
