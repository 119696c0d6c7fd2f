"""Phrasings: `(one|other|)` is a choice, `{name}` a slot, `{name|이}` a slot with a particle."""

import random
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.reading.generator.korean import PARTICLES, with_particle

_CHOICE = re.compile(r"\(([^(){}]*(?:\{[^{}]*\}[^(){}]*)*\|[^(){}]*(?:\{[^{}]*\}[^(){}]*)*)\)")
_SLOT = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
HELD_ONE_IN = 8
HELD_FROM = 5
"""Shorter lists hold nothing back."""


def is_held(name: str, pattern: str) -> bool:
    """Whether a phrasing of a list is kept out of training."""
    return zlib.crc32(f"{name}/{pattern}".encode()) % HELD_ONE_IN == 0


@dataclass
class Chooser:
    """Chooses among phrasings. Without `held`, those kept out of training are not chosen; with it,
    they are preferred, and `used_held` says whether one was."""

    rnd: random.Random
    held: bool = False
    used_held: bool = field(default=False)

    def pick(self, name: str, patterns: Sequence[str]) -> str:
        """Return one of a list of patterns, its choices made."""
        kept_out = [p for p in patterns if len(patterns) >= HELD_FROM and is_held(name, p)]
        trained = [p for p in patterns if p not in kept_out]
        if self.held and kept_out and (not trained or self.rnd.random() < 0.6):
            self.used_held = True
            return self.choose(self.rnd.choice(kept_out))
        return self.choose(self.rnd.choice(trained or kept_out))

    def choose(self, pattern: str) -> str:
        """Make the choices of a pattern."""
        while match := _CHOICE.search(pattern):
            choice = self.rnd.choice(
                match.group(1).split("|") if "{" not in match.group(1) else (_parts(match.group(1)))
            )
            pattern = pattern[: match.start()] + choice + pattern[match.end() :]
        return pattern


def _parts(text: str) -> list[str]:
    """Split at the bars that are not inside a slot."""
    return re.split(r"\|(?![^{]*\})", text)


def fill(pattern: str, slots: Mapping[str, str]) -> str:
    """Return a pattern with its slots filled; those that are not given stay empty."""

    def put(match: re.Match[str]) -> str:
        word, particle = slots.get(match.group(1), ""), match.group(2)
        return with_particle(word, particle) if particle in PARTICLES else word

    return _SLOT.sub(put, pattern)
