"""What words mean whatever the table: concepts of analysis, and the vocabulary's adjectives and
verbs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cherry_reflex.llm.embedded.knowledge import analysis_words, vocabulary
from cherry_reflex.llm.embedded.reading.folding import folded, is_hangul, phrase_key, singular
from cherry_reflex.llm.embedded.reading.formula import formulas
from cherry_reflex.llm.embedded.reading.spelling import letters_of

WEAK = frozenset(
    {"noun", "which", "polite", "yes", "no", "follow", "only", "and", "how_much", "how_long"}
)
"""Concepts that say little: a word is not taken for one by likeness, and may be a column too."""
BEGINNING = 5
"""Letters of a Korean verb that its forms have in common: `팔리` of `팔린`, `팔리는`."""


@dataclass(frozen=True)
class Direction:
    """An adjective orders by a group of columns: more of it, or less."""

    group: str
    is_more: bool


@dataclass(frozen=True)
class Lexicon:
    """Folded phrases and what they mean. `beginnings` are the first letters of Korean verbs, whose
    endings are many, with their groups. `stems` are Korean words that are not cut inside;
    `words` are all single words that are known."""

    concepts: Mapping[str, tuple[str, ...]]
    directions: Mapping[str, tuple[Direction, ...]]
    verbs: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, tuple[str, ...]]
    stems: frozenset[str]
    words: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; built once."""
    concepts: dict[str, dict[str, None]] = {}
    for concept, phrases in analysis_words.concepts().items():
        for phrase in phrases:
            concepts.setdefault(phrase_key(phrase), {})[concept] = None
    directions: dict[str, dict[Direction, None]] = {}
    verbs: dict[str, dict[str, None]] = {}
    texts = [p for phrases in analysis_words.concepts().values() for p in phrases]
    for group in vocabulary.groups():
        for adjectives, is_more in ((group.more, True), (group.less, False)):
            for form in _compared(adjectives):
                directions.setdefault(folded(form), {})[Direction(group.name, is_more)] = None
                texts.append(form)
        for verb in group.verbs:
            verbs.setdefault(folded(verb), {})[group.name] = None
        texts += [*group.verbs, *group.phrases, *(v for same in group.values for v in same)]
    texts += [phrase for formula in formulas() for phrase in formula.phrases]
    calendar = analysis_words.language("calendar")
    texts += [*calendar["fixed"], *calendar["weekdays"], *calendar["months"]]
    said = {word for text in texts for word in text.lower().split()}
    return Lexicon(
        concepts={form: tuple(known) for form, known in concepts.items() if form},
        directions={form: tuple(known) for form, known in directions.items() if form},
        verbs={form: tuple(known) for form, known in verbs.items() if form},
        beginnings=_beginnings(verbs),
        stems=stems_of(texts),
        words=frozenset(form for word in said for form in (folded(word), singular(folded(word)))),
    )


def _beginnings(verbs: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for verb, groups in verbs.items():
        if beginning := beginning_of(verb):
            found.setdefault(beginning, {}).update(dict.fromkeys(groups))
    return {beginning: tuple(groups) for beginning, groups in found.items()}


def beginning_of(verb: str) -> str:
    """Return the letters that all forms of a Korean verb begin with; empty for other words."""
    letters = letters_of(verb)
    return letters[:BEGINNING] if is_hangul(verb) and len(letters) >= BEGINNING else ""


def stems_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the Korean words of phrases: those of one syllable only where they are all of it."""
    found: set[str] = set()
    for text in texts:
        words = text.split()
        found.update(w for w in words if is_hangul(w) and (len(w) > 1 or len(words) == 1))
    return frozenset(word for word in found if not _is_inflected(word, found))


def _is_inflected(word: str, known: set[str]) -> bool:
    """Whether a word is another known one with a particle, at which it is cut."""
    particles = analysis_words.particles()
    return any(word[:place] in known and word[place:] in particles for place in range(2, len(word)))


def _compared(adjectives: Iterable[str]) -> Iterable[str]:
    """Yield adjectives with their English comparatives: `late`, `later`, `latest`."""
    for adjective in adjectives:
        yield adjective
        if not adjective.isascii() or " " in adjective or adjective.endswith(("er", "est")):
            continue
        stem = adjective.removesuffix("e")
        if adjective.endswith("y"):
            stem = adjective[:-1] + "i"
        yield from (f"{stem}er", f"{stem}est")
