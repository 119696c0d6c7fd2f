"""Periods compared, and growth."""

from benchmarks.reading.generator.asking import sentence, where_of
from benchmarks.reading.generator.dates import said_date
from benchmarks.reading.generator.filters import said_filters
from benchmarks.reading.generator.measures import simple
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Impossible, Scene, ref
from cherry_reflex.core.reading.condition import Condition, RelativePeriod, Scalar
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Period, Reading
from cherry_reflex.llm.embedded.network.notation.spans import iso_of
from cherry_reflex.llm.embedded.reading.linked import DateMeaning


def compared(scene: Scene) -> Asked:
    """A figure in two periods."""
    made = scene.time_column()
    if not scene.is_time_clear:
        raise Impossible("which date")
    measure = simple(scene)
    words = measure.text.replace("{A}", "")
    before: Condition | Scalar
    after: Condition | Scalar
    if scene.chance(0.45):
        unit = scene.rnd.choice(("month", "year", "quarter", "week"))
        text = fill(
            scene.pick("periods", "last"),
            {
                "g": words,
                "u": unit,
                "이번": scene.rnd.choice(phrases("periods")["this"][unit]),
                "지난": scene.rnd.choice(phrases("periods")["that"][unit]),
            },
        )
        before, after = (
            RelativePeriod.model_validate({"of": ref(made), "which": which, "unit": unit})
            for which in ("last", "this")
        )
    else:
        first, said = said_date(scene, made)
        if not isinstance(first, DateMeaning) or first.grain == "day" or not first.low:
            raise Impossible("period")
        second, said_second = said_date(scene, made, after=first)
        assert isinstance(second, DateMeaning)
        unit = str(first.grain)
        text = fill(scene.pick("periods", "two"), {"g": words, "d": said, "d2": said_second})
        before, after = _side(ref(made), first), _side(ref(made), second)
    filters = said_filters(scene, (0.15,))
    period = Period.model_validate(
        {"of": ref(made), "unit": unit, "before": before, "after": after}
    )
    by = ()
    if scene.chance(0.2):
        group = scene.take("label")
        name = scene.mention(group, plain=True)
        text += f" by {name}" if scene.language == "en" else ""
        text = text if scene.language == "en" else f"{name}별 {text}"
        by = (Group(of=ref(group)),)  # type: ignore[assignment]
    reading = Reading(
        task="compare_periods",
        measures=measure.measures,
        by=by,
        where=where_of(filters),
        period=period,
    )
    return sentence(scene, text, filters, lead=False), reading


def _side(of: ColumnRef, date: DateMeaning) -> Scalar:
    if date.grain == "quarter":
        return f"{date.low[:4]}-Q{(int(date.low[5:7]) + 2) // 3}"
    return iso_of(date)


def growth(scene: Scene) -> Asked:
    """The change from each period to the next."""
    made = scene.time_column()
    if not scene.is_time_clear:
        raise Impossible("which date")
    measure = simple(scene)
    unit = scene.rnd.choice(("month", "year", "quarter", "week"))
    slots = {
        "g": measure.text.replace("{A}", ""),
        "u": unit,
        "ly": {"month": "monthly", "year": "yearly", "quarter": "quarterly", "week": "weekly"}[
            unit
        ],
        "t": phrases("periods")["units"]["ko"][unit],
        "pre": phrases("periods")["previous"][unit],
    }
    filters = said_filters(scene, (0.15,))
    text = fill(scene.pick("periods", "growth"), slots)
    of = ref(made).model_copy(update={"grain": unit})
    reading = Reading(
        task="growth", measures=measure.measures, by=(Group(of=of),), where=where_of(filters)
    )
    return sentence(scene, text, filters, lead=scene.chance(0.3)), reading
