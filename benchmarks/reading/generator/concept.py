"""What columns of made-up tables are about."""

import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cherry_reflex.llm.embedded.knowledge.vocabulary import Group, groups
from cherry_reflex.llm.embedded.reading.linked import ColumnKind

WORDS_MAX = 3
_PHRASE = re.compile(r"^(how |what |who |which |where )|^(얼마|몇|누가|어디|어느)")
HELD_ONE_IN = 5
NEVER_HELD = ("general", "people", "person")


@dataclass(frozen=True)
class Concept:
    """A vocabulary group as a column: its names, its values with their synonyms by language of the
    table, the words that order by it."""

    group: Group
    en: tuple[str, ...]
    ko: tuple[str, ...]
    values: tuple[tuple[str, ...], ...] = ()
    values_by_language: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def kind(self) -> ColumnKind:
        """What its cells are."""
        return self.group.kind

    def names(self, language: str) -> tuple[str, ...]:
        """Return its names in a language."""
        return self.en if language == "en" else self.ko


@cache
def held_domains() -> frozenset[str]:
    """Return the domains of the vocabulary that are kept out of training: every fifth by hash."""
    names = {group.domain for group in groups()} - set(NEVER_HELD)
    ranked = sorted(names, key=lambda name: zlib.crc32(name.encode()))
    return frozenset(ranked[::HELD_ONE_IN])


@cache
def concepts() -> tuple[Concept, ...]:
    """Return all concepts."""
    return tuple(_concept(group) for group in groups() if group.en and group.ko)


@cache
def pools() -> Any:
    """Return lists of values: `named` by what the column is called, and `generic` ones."""
    return json.loads((Path(__file__).parent / "values.json").read_text("utf-8"))


def _concept(group: Group) -> Concept:
    def usable(phrases: tuple[str, ...]) -> tuple[str, ...]:
        kept = [p for p in phrases if not _PHRASE.search(p) and len(p.split()) <= WORDS_MAX]
        return tuple(kept or phrases[:1])

    known = {phrase.lower() for phrase in group.phrases}
    by_language: list[tuple[str, tuple[str, ...]]] = []
    for pool in pools()["named"]:
        if known & set(pool["names"]):
            by_language = [(lang, tuple(pool[lang])) for lang in ("en", "ko") if pool[lang]]
            break
    return Concept(group, usable(group.en), usable(group.ko), group.values, tuple(by_language))
