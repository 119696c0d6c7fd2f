"""The first, the last, the top n: of groups and of rows."""

from benchmarks.reading.generator.asking import sentence, where_of
from benchmarks.reading.generator.filters import said_filters, said_operator
from benchmarks.reading.generator.measures import implied, simple
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.questions.totals import Asked
from benchmarks.reading.generator.scene import Impossible, Scene, ref
from benchmarks.reading.generator.table import NUMERIC, MadeColumn
from cherry_reflex.core.reading.condition import Comparison, MeasureRef
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading

ORDINALS = {"second": 2, "third": 3, "2nd": 2, "3rd": 3, "fourth": 4} | {
    "두 번째": 2, "세 번째": 3, "2번째": 2, "3번째": 3, "네 번째": 4,
}  # fmt: skip


def _words(scene: Scene) -> dict[str, str]:
    return {
        "high": scene.chooser.pick("high", phrases("orders")["high"][scene.language]),
        "low": scene.chooser.pick("low", phrases("orders")["low"][scene.language]),
    }


def groups(scene: Scene) -> Asked:
    """Groups by their figure: the top n, the first, the second, the top n of each."""
    measure = simple(scene)
    made = scene.group_column()
    name = scene.mention(made, plain=True)
    slots = {
        "g": measure.text.replace("{A}", ""),
        "x": name,
        "xs": scene.plural(name),
        **_words(scene),
    }
    filters = said_filters(scene, (0.3, 0.2))
    reading = Reading(measures=measure.measures, by=(Group(of=ref(made)),), where=where_of(filters))
    is_high = scene.chance(0.72)
    order = Order(direction="descending" if is_high else "ascending")
    draw = scene.rnd.random()
    if draw < 0.4:
        top, said = scene.small_number()
        pattern = scene.pick("orders", "top_groups" if is_high else "bottom_groups")
        slots["n"] = said
        reading = reading.model_copy(update={"order": order, "top": top})
    elif draw < 0.84:
        pattern = scene.pick("orders", "first_group" if is_high else "last_group")
        reading = reading.model_copy(update={"order": order, "top": 1})
    elif draw < 0.91:
        said = scene.rnd.choice(phrases("orders")["ordinal"][scene.language])
        pattern = scene.pick("orders", "nth_group")
        slots |= {"nth": said, "n": str(ORDINALS[said])}
        ranked = {"order": Order(), "rank": ORDINALS[said]}
        reading = reading.model_copy(update=ranked)
    else:
        within = scene.take("label", "code")
        top, said = scene.small_number()
        slots |= {"y": scene.mention(within, plain=True), "n": said}
        pattern = scene.pick("orders", "per_group")
        by = (Group(of=ref(within)), *reading.by)
        reading = reading.model_copy(
            update={"by": by, "order": Order(), "top": top, "per": (ref(within),)}
        )
    text = fill(pattern, slots)
    return sentence(scene, text, filters, lead=False, tail=scene.chance(0.6)), reading


def having(scene: Scene) -> Asked:
    """Groups whose figure lies above or below a number; or how many of them."""
    made = scene.take("label", "identifier", "code")
    name = scene.mention(made, plain=True)
    op = scene.rnd.choice((">", ">=", "<", "<="))
    slots = {"x": name, "xs": scene.plural(name), **scene.slots()}
    how = ""
    if scene.chance(0.45):
        value, said = scene.small_number()
        slots["o"] = said_operator(scene, op, said)
        text = fill(scene.pick("orders", "having_count"), slots)
        measure = Measure(agg="count")
    else:
        column = scene.number_column()
        measure = Measure(agg=implied(column), of=ref(column))
        number, said = scene.threshold(column)
        value = int(number) if number == int(number) else number  # type: ignore[assignment]
        words = scene.mention(column)
        if scene.chance(0.6):
            agg = measure.agg
            known = phrases("aggregations")["short"][scene.language][agg]
            said_agg = scene.rnd.choice(known)
            words = f"{said_agg} {words}" if scene.language == "en" else f"{words} {said_agg}"
        slots |= {"g": words, "o": said_operator(scene, op, said)}
        if scene.chance(0.2):
            how = "count_groups"
            known = phrases("orders")["having_number"][scene.language]["count_groups"]
            text = fill(scene.chooser.pick("having_number", known), slots)
        else:
            text = fill(scene.pick("orders", "having"), slots)
    condition = Comparison.model_validate({"left": MeasureRef(), "op": op, "right": value})
    reading = Reading(measures=(measure,), by=(Group(of=ref(made)),), having=condition, how=how)
    return sentence(scene, text, lead=False, tail=scene.chance(0.5)), reading


def rows(scene: Scene) -> Asked:
    """The rows with the largest or smallest values; the newest; one of them."""
    filters = said_filters(scene, (0.28,))
    where = where_of(filters)
    slots = {**scene.slots(), **_words(scene)}
    draw = scene.rnd.random()
    if draw < 0.12:
        made = scene.time_column()
        is_new = scene.chance(0.7)
        top, said = scene.small_number()
        pattern = scene.pick("rows", "newest" if is_new else "oldest")
        slots |= {"n": said, "c": scene.mention(made, plain=True)}
        if "{c}" not in pattern and not scene.is_time_clear:
            raise Impossible("which date")
        text = fill(pattern.replace("{A}", "⟨A⟩"), slots).replace("⟨A⟩", "{A}")
        order = Order(by=ref(made), direction="descending" if is_new else "ascending")
    else:
        made = scene.take(*NUMERIC)
        slots["m"] = scene.mention(made)
        is_high = scene.chance(0.72)
        order = Order(by=ref(made), direction="descending" if is_high else "ascending")
        if draw < 0.6:
            top, slots["n"] = scene.small_number()
            pattern = scene.pick("rows", "top" if is_high else "bottom")
        else:
            top = 1
            pattern = scene.pick("rows", "first" if is_high else "last")
        text = fill(pattern.replace("{A}", "⟨A⟩"), slots).replace("⟨A⟩", "{A}")
    reading = Reading(task="rows", where=where, order=order, top=top)
    return sentence(scene, text, filters, lead=False, tail=scene.chance(0.5)), reading


def _ordering(scene: Scene) -> tuple[MadeColumn, str, bool]:
    """Return a column that an adjective orders by, the adjective, and whether it means more."""
    is_more = scene.chance(0.65)

    def words(made: MadeColumn) -> list[str]:
        if made.concept is None:
            return []
        listed = made.concept.group.more if is_more else made.concept.group.less
        return [word for word in listed if word.isascii() == (scene.language == "en")]

    made = scene.take(*NUMERIC, fits=lambda one: bool(words(one)))
    scene.said.append(made.column.name)
    return made, scene.rnd.choice(words(made)), is_more


def superlative(word: str) -> str:
    """Return the superlative of an English adjective."""
    if word.endswith(("est", "most")) or word.startswith(
        ("most ", "best", "worst", "top", "least")
    ):
        return word
    if " " in word or "-" in word or len(word) > 7:
        return f"most {word}"
    if word.endswith("er"):
        return word[:-2] + "est"
    if word.endswith("y"):
        return word[:-1] + "iest"
    return word + ("st" if word.endswith("e") else "est")


def by_adjective(scene: Scene) -> Asked:
    """The oldest, 제일 비싼: an adjective carries the column and the direction."""
    made, word, is_more = _ordering(scene)
    said = superlative(word) if scene.language == "en" else word
    order = Order(by=ref(made), direction="descending" if is_more else "ascending")
    filters = said_filters(scene, (0.25,))
    slots = {"su": said, **scene.slots()}
    draw = scene.rnd.random()
    if draw < 0.35:
        group = scene.take("label")
        slots["x"] = scene.mention(group, plain=True)
        reading = Reading(
            measures=(Measure(agg=implied(made), of=ref(made)),),
            by=(Group(of=ref(group)),),
            where=where_of(filters),
            order=Order(direction=order.direction),
            top=1,
        )
        pattern = scene.pick("rows", "adjective_group")
    elif draw < 0.68:
        top, slots["n"] = scene.small_number()
        reading = Reading(task="rows", where=where_of(filters), order=order, top=top)
        pattern = scene.pick("rows", "adjective_rows")
    else:
        reading = Reading(task="rows", where=where_of(filters), order=order, top=1)
        pattern = scene.pick("rows", "adjective_row")
    text = fill(pattern.replace("{A}", "⟨A⟩"), slots).replace("⟨A⟩", "{A}")
    return sentence(scene, text, filters, lead=False, tail=scene.chance(0.5)), reading
