"""Two figures for one thing: the same fact with the same words, from two workers.

It is told only where nothing else explains the difference: other conditions, other arguments,
another table, or a fact that a worker states several times.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.evidence.holders import Source
from cherry_reflex.core.digest import FactDigest
from cherry_reflex.core.evidence import Contradiction, Side
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.i18n.catalogue import sentence

_SAME = 1e-6
_TOLD_MAX = 20
_NAMING = ("title", "save_as", "description", "name")
"""Arguments that only name what comes out."""


@dataclass(frozen=True)
class _Said:
    step: str
    fact: FactDigest
    figures: Mapping[str, float]


def contradictions(sources: Sequence[Source], language: Language) -> tuple[Contradiction, ...]:
    """Return where two lanes state different figures of one thing, each side in `language`."""
    groups: dict[str, list[_Said]] = defaultdict(list)
    for source in sources:
        for name, said in _facts(source) if source.step else ():
            groups[name].append(said)
    found = (one for group in groups.values() for one in _differing(group, language))
    return tuple(one for _, one in zip(range(_TOLD_MAX), found, strict=False))


def _facts(source: Source) -> Iterator[tuple[str, _Said]]:
    """Yield the facts of a lane with all that must be the same in another's. One that it states
    with several figures is of several things, and is left out."""
    once: dict[str, list[_Said]] = defaultdict(list)
    for _, digest, arguments in source.calls:
        given = {key: value for key, value in arguments.items() if key not in _NAMING and value}
        for fact in digest.facts:
            figures = {key: float(v) for key, v in fact.params.items() if _is_figure(v)}
            words = {key: v for key, v in fact.params.items() if key not in figures}
            if figures:
                name = json.dumps(
                    [fact.key, words, given, sorted(figures)], default=str, sort_keys=True
                )
                once[name].append(_Said(source.step, fact, figures))
    for name, said in once.items():
        if all(not _differs(said[0], other) for other in said[1:]):
            yield name, said[0]


def _differing(group: Sequence[_Said], language: Language) -> Iterable[Contradiction]:
    first = group[0]
    for other in group[1:]:
        if param := _differs(first, other):
            sides = (_side(first, param, language), _side(other, param, language))
            yield Contradiction(key=first.fact.key, param=param, sides=sides)


def _differs(one: _Said, other: _Said) -> str:
    """Return the first figure that is not the same, or an empty text."""
    for param, value in one.figures.items():
        if abs(value - other.figures[param]) > _SAME * max(abs(value), abs(other.figures[param])):
            return param
    return ""


def _side(said: _Said, param: str, language: Language) -> Side:
    fact = Fact(key=said.fact.key, params=said.fact.params)
    try:
        text = sentence(fact, language)
    except (KeyError, ValueError, TypeError):
        text = ", ".join(f"{key}: {value}" for key, value in said.fact.params.items())
    return Side(step=said.step, value=said.figures[param], text=text)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
