"""Conditions, and how they are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.reading.generator.dates import said_date
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.scene import Impossible, Scene, ref, view
from benchmarks.reading.generator.table import NUMERIC, MadeColumn
from cherry_reflex.core.reading.condition import (
    AgainstMean,
    Between,
    Comparison,
    Condition,
    Membership,
    Not,
    Presence,
    Scalar,
    TextMatch,
    TopShare,
)
from cherry_reflex.llm.embedded.network.notation.spans import during, iso_of
from cherry_reflex.llm.embedded.reading.linked import DateMeaning

Place = Literal["before", "after"]
OPERATORS: tuple[Literal[">", ">=", "<", "<=", "="], ...] = (">", ">", ">=", ">=", "<", "<=", "=")
PERCENTS = (5, 10, 10, 20, 25, 1)
TEXTS = {
    "en": ("refund", "late", "error", "broken", "urgent", "test", "rain", "parking", "call"),
    "ko": ("환불", "지연", "오류", "불량", "긴급", "테스트", "주차", "친절", "가격"),
}


@dataclass(frozen=True)
class SaidFilter:
    """Words for a condition. `before` stands before what it restricts, as an adjective."""

    text: str
    condition: Condition
    place: Place = "after"


def said_filter(scene: Scene, is_short: bool = False) -> SaidFilter:
    """Return a condition of any kind. `is_short` keeps to those that stand well in a list. Raises
    Impossible."""
    kinds = ["value"] * 10 + ["not"] * 4 + ["either"] * 3
    kinds += ["number"] * (8 if scene.has(*NUMERIC) else 0)
    kinds += ["flag"] * (4 if scene.has("flag") else 0)
    if not is_short:
        kinds += [
            "between",
            "missing",
            "missing",
            "present",
            "mean",
            "mean",
            "share",
            "text",
            "compared",
        ]
    if scene.has("time"):
        kinds += ["date"] * 7
    match scene.rnd.choice(kinds):
        case "value":
            return _value(scene, "is")
        case "not":
            return _value(scene, "is_not")
        case "either":
            return _either(scene)
        case "number":
            return _number(scene)
        case "flag":
            return _flag(scene)
        case "date":
            return _date(scene)
        case "between":
            return _between(scene)
        case "missing":
            return _presence(scene, "missing")
        case "present":
            return _presence(scene, "present")
        case "mean":
            return _against_mean(scene)
        case "share":
            return _top_share(scene)
        case "text":
            return _text(scene)
        case _:
            return _compared(scene)


def said_filters(scene: Scene, shares: Sequence[float]) -> list[SaidFilter]:
    """Return as many conditions as the lots say; the next is only drawn when one was."""
    found: list[SaidFilter] = []
    for share in shares:
        if not scene.chance(share):
            break
        try:
            found.append(said_filter(scene, is_short=bool(found)))
        except Impossible:
            break
    return found


def _column_slot(scene: Scene, made: MadeColumn, text: str) -> dict[str, str]:
    return {"c": scene.mention(made) if "{c" in text else "", "e1": scene.noun()}


def _value(scene: Scene, name: str) -> SaidFilter:
    made = scene.take("label", "code")
    value, said = scene.value(made)
    condition = scene.equals(made, value)
    if name == "is" and scene.language == "en" and scene.chance(0.14):
        return SaidFilter(said, condition, "before")
    pattern = scene.pick("filters", name)
    text = fill(pattern, {"v": said, "가": "", **_column_slot(scene, made, pattern)})
    if name == "is_not":
        assert isinstance(condition, Comparison)
        condition = condition.model_copy(update={"op": "!="})
    return SaidFilter(text, condition)


def _either(scene: Scene) -> SaidFilter:
    made = scene.take("label", "code", fits=lambda one: len(one.values) >= 3)
    values: list[Scalar] = []
    said: list[str] = []
    for _ in range(3 if scene.chance(0.25) and len(made.values) > 3 else 2):
        value, words = scene.value(made, tuple(values))
        values.append(value)
        said.append(words)
    slots = dict(zip(("v", "v2", "v3"), said, strict=False))
    joined = fill(scene.pick("filters", "three" if len(said) == 3 else "either"), slots)
    is_not = scene.chance(0.25)
    pattern = scene.pick("filters", "is_not" if is_not else "is")
    text = fill(pattern, {"v": joined, "가": "", **_column_slot(scene, made, pattern)})
    condition: Condition = Membership(of=ref(made), values=tuple(values))
    return SaidFilter(text, Not(part=condition) if is_not else condition)


def said_operator(scene: Scene, op: str, number: str) -> str:
    """Say an operator with its number."""
    return fill(scene.pick("filters", op), {"n": number})


def _number(scene: Scene) -> SaidFilter:
    made = scene.take(*NUMERIC)
    op = scene.rnd.choice(OPERATORS)
    value, said = scene.threshold(made)
    pattern = scene.pick("filters", "number")
    slots = _column_slot(scene, made, pattern)
    text = fill(pattern, {"o": said_operator(scene, op, said), **slots})
    return SaidFilter(text, Comparison(left=ref(made), op=op, right=value))


def _between(scene: Scene) -> SaidFilter:
    made = scene.take(*NUMERIC)
    ends = sorted((scene.threshold(made), scene.threshold(made)), key=lambda end: end[0])
    if ends[0][0] == ends[1][0]:
        raise Impossible("between")
    pattern = scene.pick("filters", "between")
    slots = {"n": ends[0][1], "n2": ends[1][1], **_column_slot(scene, made, pattern)}
    return SaidFilter(fill(pattern, slots), Between(of=ref(made), low=ends[0][0], high=ends[1][0]))


def _flag(scene: Scene) -> SaidFilter:
    made = scene.take("flag")
    is_yes = scene.chance(0.7)
    pattern = scene.pick("filters", "yes" if is_yes else "no")
    text = fill(pattern, {"c": flag_word(scene, made), "e1": scene.noun()})
    return SaidFilter(text, flag_condition(made, is_yes))


def flag_word(scene: Scene, made: MadeColumn) -> str:
    """Say a yes/no column as a quality."""
    words = scene.mention(made, plain=True).lower()
    for ending in ("여부", " 여부", " flag", "_flag", " yn", "_yn"):
        words = words.removesuffix(ending)
    for beginning in ("is ", "is_", "has ", "has_"):
        words = words.removeprefix(beginning)
    return words or made.column.name


def flag_condition(made: MadeColumn, is_yes: bool) -> Condition:
    """Return the condition that a yes/no column says yes, or no."""
    yes = made.positive
    other = next(value for value in made.values if value != yes)
    assert yes is not None
    return Comparison(left=ref(made), op="=", right=yes if is_yes else other)


def _date(scene: Scene) -> SaidFilter:
    years = [c for c in scene.table.columns if c.column.time == "year"]
    made = years[0] if years and scene.chance(0.3) else scene.time_column()
    is_year = made.column.time == "year"
    if is_year and made.column.name in scene.taken:
        raise Impossible("year")
    date, said = said_date(scene, made)
    is_clear = scene.is_time_clear or is_year
    draw = scene.rnd.random()
    if draw < 0.65 or not isinstance(date, DateMeaning) or not date.low or is_year:
        name = "during" if is_clear and scene.chance(0.85) else "during_column"
        pattern = scene.pick("filters", name)
        slots = {"d": said, **_column_slot(scene, made, pattern)}
        return SaidFilter(fill(pattern, slots), during(ref(made), date, view(made)))
    column = "" if is_clear and scene.chance(0.8) else scene.mention(made, plain=True) + " "
    if draw < 0.85:
        op: Literal[">", ">=", "<", "<="] = scene.rnd.choice((">=", ">=", "<", ">", "<="))
        text = fill(scene.pick("filters", f"date{op}"), {"d": said})
        value = iso_of(date, end=op in (">", "<="))
        return SaidFilter(column + text, Comparison(left=ref(made), op=op, right=value))
    later, said_later = said_date(scene, made, after=date)
    assert isinstance(later, DateMeaning)
    text = fill(scene.pick("filters", "date_between"), {"d": said, "d2": said_later})
    condition = Between(of=ref(made), low=iso_of(date), high=iso_of(later, end=True))
    return SaidFilter(column + text, condition)


def _presence(scene: Scene, name: str) -> SaidFilter:
    made = scene.take("amount", "level", "label", "time", "text", "identifier")
    text = fill(scene.pick("filters", name), {"c": scene.mention(made), "e1": scene.noun()})
    return SaidFilter(text, Presence(of=ref(made), is_missing=name == "missing"))


def _against_mean(scene: Scene) -> SaidFilter:
    made = scene.take(*NUMERIC)
    name = scene.rnd.choice(("above_mean", "above_mean", "below_mean"))
    text = fill(scene.pick("filters", name), {"c": scene.mention(made)})
    return SaidFilter(text, AgainstMean(of=ref(made), op=">" if name == "above_mean" else "<"))


def _top_share(scene: Scene) -> SaidFilter:
    made = scene.take(*NUMERIC)
    name = scene.rnd.choice(("top_share", "top_share", "bottom_share"))
    percent = scene.rnd.choice(PERCENTS)
    text = fill(scene.pick("filters", name), {"c": scene.mention(made), "p": str(percent)})
    way: Literal["largest", "smallest"] = "largest" if name == "top_share" else "smallest"
    return SaidFilter(text, TopShare(of=ref(made), percent=percent, direction=way))


def _text(scene: Scene) -> SaidFilter:
    made = scene.take("text", "label", "identifier")
    word = scene.rnd.choice(TEXTS[scene.language])
    said = f"'{word}'" if scene.chance(0.6) else word
    text = fill(scene.pick("filters", "contains"), {"c": scene.mention(made), "w": said})
    return SaidFilter(text, TextMatch(of=ref(made), text=word))


def _compared(scene: Scene) -> SaidFilter:
    one, two = scene.number_column(), scene.number_column()
    slots = {"c": scene.mention(one), "c2": scene.mention(two)}
    text = fill(scene.pick("filters", "compared"), slots)
    return SaidFilter(text, Comparison(left=ref(one), op=">", right=ref(two)))
