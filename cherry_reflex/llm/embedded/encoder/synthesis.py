"""Requests for several things, made of known phrases as people join them in both languages,
with the places where one thing ends and the next begins."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.llm.embedded import knowledge

if TYPE_CHECKING:
    import numpy as np

MADE = 4000
"""Requests for several things, half of them Korean; half as many for one thing."""
PARTS = (2, 2, 2, 3, 3, 4)
LISTED = 0.12
"""Share of requests that are numbered lists."""
SEVERAL_TOPICS = 0.45
"""Share of the topics in a phrase that are named together with others."""
ONE_SHARE = 1.0
LAST = ("줘", "주세요")

Joined = tuple[str, tuple[int, ...]]
"""A request, and before which of its words its further parts begin."""


def joined(chance: "np.random.Generator") -> tuple[list[Joined], list[Joined]]:
    """Return requests for several things, and requests for one."""
    several: list[Joined] = []
    single: list[Joined] = []
    for language in (ENGLISH, KOREAN):
        while len(several) < MADE // (2 if language == ENGLISH else 1):
            parts = _different(language, int(chance.choice(PARTS)), chance)
            several.append(_joined(parts, language, chance))
        while len(single) < ONE_SHARE * len(several):
            single.append((_different(language, 1, chance)[0], ()))
    return several, single


def _different(language: Language, count: int, chance: "np.random.Generator") -> list[str]:
    """Return phrases of as many different intents."""
    intents = [w for w in knowledge.read("intents")["intents"] if not w.get("broad")]
    chosen = chance.choice(len(intents), size=count, replace=False)
    found = []
    for place in chosen:
        phrase = str(chance.choice(intents[place][language]))
        found.append(_filled(phrase, language, chance))
    return found


def _filled(phrase: str, language: Language, chance: "np.random.Generator") -> str:
    """Return a phrase with topics, sometimes several in one place: their `and` ends nothing."""
    topics, prefix = knowledge.read("intents")["topics"], "k" if language == KOREAN else ""
    english = [(" and ",), (", ", " and ")]
    ties = english if language == ENGLISH else [("와 ",), ("과 ",), (", ",), (", ", ", ")]
    slots = {}
    for slot in ("m", "g", "t"):
        tie: tuple[str, ...] = ()
        if chance.random() < SEVERAL_TOPICS:
            tie = ties[int(chance.integers(len(ties)))]
        names = [str(topic[prefix + slot]) for topic in chance.choice(topics, size=len(tie) + 1)]
        slots[slot] = names[0] + "".join(t + n for t, n in zip(tie, names[1:], strict=True))
    return phrase.format(**slots)


def _joined(parts: Sequence[str], language: Language, chance: "np.random.Generator") -> Joined:
    known = knowledge.read("joints")[language]
    if chance.random() < LISTED:
        mark = str(chance.choice(known["marks"]))
        pieces = [mark.format(n=n) + _bare(p, language) for n, p in enumerate(parts, 1)]
        return _placed([piece + " " for piece in pieces])
    pieces = [str(chance.choice(known["starts"])) + parts[0]]
    for before, part in pairwise(parts):
        if language == ENGLISH:
            joint = str(chance.choice(known["joints"]))
            glued = len(joint) - len(joint.lstrip(",.;?"))
            pieces[-1] = pieces[-1].rstrip("?.") + joint[:glued] + " "
            pieces.append(joint[glued:].lstrip() + part)
        else:
            pieces[-1] = _korean(pieces[-1], before, known, chance)
            pieces.append(str(chance.choice(known["nexts"])) + part)
    return _placed(pieces)


def _placed(pieces: Sequence[str]) -> Joined:
    text, places = "", []
    for piece in pieces:
        if text:
            places.append(len(text.split()))
        text += piece
    return text.strip(), tuple(places)


def _bare(part: str, language: Language) -> str:
    """Return a part of a list: in Korean often without its verb."""
    words = part.rstrip("?.").split()
    if language == KOREAN and len(words) > 2 and words[-1].endswith(LAST):
        return " ".join(words[:-1]).rstrip("을를")
    return part


def _korean(piece: str, part: str, known: Any, chance: "np.random.Generator") -> str:
    """Return a piece that goes on: its last verb in a form that others follow."""
    piece = piece.rstrip("?.")
    if chance.random() < 0.1:
        return piece + str(chance.choice(known["ends"]))
    bare = _bare(part, KOREAN)
    if bare != part and chance.random() < 0.15:
        return piece[: -len(part.rstrip("?."))] + bare + str(chance.choice(known["nouns"]))
    for ending in LAST:
        if not piece.endswith(ending):
            continue
        stem = piece.removesuffix(ending).rstrip()
        verbs = [verb for verb in known["verbs"] if stem.endswith(verb)]
        if not verbs:
            continue
        verb = max(verbs, key=len)
        if chance.random() < 0.2:
            told = str(chance.choice(known["giving"])).format(v=verb)
        else:
            told = str(chance.choice(known["after"])).format(*known["verbs"][verb])
        return stem.removesuffix(verb) + told + " "
    for ending, forms in known["questions"].items():
        if piece.endswith(ending):
            return piece.removesuffix(ending) + str(chance.choice(forms)) + " "
    return piece + str(chance.choice(known["ends"]))
