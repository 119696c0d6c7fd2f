"""From the parts of a question to its sentence: order of words, beginnings, endings."""

import re
from collections.abc import Sequence

from benchmarks.reading.generator.filters import SaidFilter
from benchmarks.reading.generator.groups import SaidGroups
from benchmarks.reading.generator.korean import with_particle
from benchmarks.reading.generator.pattern import fill
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.scene import Scene
from cherry_reflex.core.reading.condition import All, Condition

ADVERBS = ("daily", "weekly", "monthly", "quarterly", "yearly", "hourly")


def where_of(filters: Sequence[SaidFilter]) -> Condition | None:
    """Return all conditions as one."""
    parts = tuple(one.condition for one in filters)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(parts=parts)


def sentence(
    scene: Scene,
    main: str,
    filters: Sequence[SaidFilter] = (),
    groups: SaidGroups | None = None,
    after: str = "",
    lead: bool = True,
    tail: bool = True,
    before: str = "",
) -> str:
    """Return a question. `main` may have `{A}` where an English adjective stands; `after` is said
    at the end (an order, a chart), `before` instead of a beginning ("a bar chart of")."""
    if scene.language == "en":
        return _english(scene, main, filters, groups, after, lead, tail, before)
    return _korean(scene, main, filters, groups, after, tail)


def _english(
    scene: Scene,
    main: str,
    filters: Sequence[SaidFilter],
    groups: SaidGroups | None,
    after: str,
    lead: bool,
    tail: bool,
    before: str,
) -> str:
    rnd = scene.rnd
    adjectives = [one.text for one in filters if one.place == "before"]
    posts = [one.text for one in filters if one.place == "after"]
    if adjectives and "{A}" in main:
        main = main.replace("{A}", " ".join(adjectives) + " ", 1)
    elif adjectives:
        noun = scene.slots()["e"]
        posts.insert(0, f"{rnd.choice(('for', 'of'))} {' '.join(adjectives)} {noun}")
    main = main.replace("{A}", "")
    grouped = groups.text if groups is not None else ""
    if grouped in ADVERBS:
        main, grouped = f"{grouped} {main}", ""
    start = before
    if not start and lead and not re.match(r"how|which|who|what|is |are |does|do ", main):
        start = (
            scene.chooser.pick("lead", phrases("frames")["lead"]["en"])
            if rnd.random() < 0.7
            else ""
        )
    if rnd.random() < 0.1:
        main += " " + fill(scene.pick("frames", "noise"), scene.slots())
    if len(posts) > 1 and rnd.random() < 0.6:
        joined = posts[0]
        for one in posts[1:]:
            shorter = re.sub(r"^(where|with|whose|and) ", "", one) if rnd.random() < 0.6 else one
            joined += rnd.choice((" and ", " and ", ", and ", ", ", " & ", " but only ")) + shorter
        posts = [joined]
    rest = [part for part in (grouped, *posts) if part]
    if rnd.random() < 0.5:
        rest.reverse()
    front = ""
    if rest and len(rest) < 3 and rnd.random() < 0.15:
        front = rest.pop(rnd.randrange(len(rest))) + rnd.choice((", ", " ", ": "))
    text = " ".join(part for part in (front.strip(), start, main, *rest) if part) + after
    if tail:
        text = text.rstrip() + scene.chooser.pick("tail", phrases("frames")["tail"]["en"])
    return text


def _korean(
    scene: Scene,
    main: str,
    filters: Sequence[SaidFilter],
    groups: SaidGroups | None,
    after: str,
    tail: bool,
) -> str:
    rnd = scene.rnd
    main = main.replace("{A}", "").strip()
    parts = [one.text for one in filters]
    if groups is not None:
        parts.append(groups.text)
    rnd.shuffle(parts)
    if len(parts) > 1 and rnd.random() < 0.2:
        parts[0] = re.sub(r"(인|한|된|의)$", r"\1", parts[0]) + rnd.choice(
            ("", ",", "이면서", " 그리고")
        )
    if rnd.random() < 0.07:
        parts.insert(0, fill(scene.pick("frames", "noise"), scene.slots()))
    text = (
        " ".join([*parts, main])
        if rnd.random() < 0.88
        else f"{main}{rnd.choice((' ', ', '))}{' '.join(parts)}"
    )
    if after:
        return text + after
    if tail:
        ending = scene.chooser.pick("tail", phrases("frames")["tail"]["ko"])
        if ending.strip() and ending.strip()[0] not in "?요" and rnd.random() < 0.4:
            is_question = "얼마" in ending or "어떻" in ending or "얼만" in ending
            text = with_particle(text, "은" if is_question else "을")
        text += ending
    return text


def charted(
    scene: Scene, kinds: Sequence[str] = ("bar", "line", "pie", "any", "any")
) -> tuple[str, str, str]:
    """Return a kind of chart, and its words: before the rest, or after it."""
    kind = scene.rnd.choice(kinds)
    word = scene.rnd.choice(phrases("frames")["charts"][scene.language][kind])
    if scene.language == "en" and scene.chance(0.4):
        return kind, fill(scene.pick("frames", "chart_before"), {"w": word}), ""
    return kind, "", fill(scene.pick("frames", "chart_after"), {"w": word})
