"""One question in the making: a table, a language, and how its things are said."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.reading.generator.pattern import Chooser
from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.table import NUMERIC, MadeColumn, MadeTable
from cherry_reflex.core.reading.condition import Comparison, Condition, Scalar
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.llm.embedded.reading.linked import ColumnView

QUOTES = ('""', "''", "“”", "``", "‘’", '""')
SMALL = (2, 3, 3, 5, 5, 5, 7, 10, 10, 10, 15, 20, 25, 30)
NUMERALS = {
    "en": {2: "two", 3: "three", 4: "four", 5: "five", 7: "seven", 10: "ten"},
    "ko": {2: "두", 3: "세", 4: "네", 5: "다섯"},
}
UNITS = {
    "en": (" dollars", " minutes", " years", " kg", " points", " units", " days", " hours", " km"),
    "ko": ("원", "분", "세", "kg", "점", "개", "일", "명", "km", "년", "시간", "살"),
}


class Impossible(Exception):
    """The table has not what a question needs."""


@dataclass
class Scene:
    """Takes columns of the table, each once, and says them."""

    rnd: random.Random
    chooser: Chooser
    table: MadeTable
    language: str
    taken: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """Names of the columns that were mentioned."""
    replaced: bool = False
    """Whether a value was said that the table has not."""
    absent_value: bool = False
    """Whether the next value said shall be one that the table has not."""

    def pick(self, concern: str, name: str) -> str:
        """Return a phrasing."""
        return self.chooser.pick(f"{concern}.{name}", phrases(concern)[name][self.language])

    def chance(self, share: float) -> bool:
        """Draw a lot."""
        return self.rnd.random() < share

    def take(
        self, *kinds: str, fits: Callable[[MadeColumn], bool] = lambda made: True
    ) -> MadeColumn:
        """Return a column of one of the kinds that is not in use. Raises Impossible."""
        free = [
            made
            for made in self.table.columns
            if made.kind in kinds and made.column.name not in self.taken and fits(made)
        ]
        if not free:
            raise Impossible(kinds)
        made = self.rnd.choice(free)
        self.taken.add(made.column.name)
        return made

    def has(self, *kinds: str) -> bool:
        """Whether such a column is not in use."""
        return any(c.kind in kinds and c.column.name not in self.taken for c in self.table.columns)

    def number_column(self) -> MadeColumn:
        """Take a column of numbers."""
        return self.take(*NUMERIC)

    def group_column(self) -> MadeColumn:
        """Take a column that rows are grouped by."""
        if self.chance(0.07) and self.has("flag"):
            return self.take("flag")
        if self.chance(0.06) and self.has("identifier"):
            return self.take("identifier")
        return self.take("label", "code")

    def time_column(self) -> MadeColumn:
        """Take a column of dates; where there are several, its name must be said."""
        return self.take("time", fits=lambda made: made.column.type in ("date", "datetime"))

    @property
    def is_time_clear(self) -> bool:
        """Whether the table has one column of dates alone."""
        return sum(c.column.type in ("date", "datetime") for c in self.table.columns) == 1

    def mention(self, made: MadeColumn, plain: bool = False) -> str:
        """Say a column: as its header, as words, or by another of its names."""
        name, draw = made.column.name, self.rnd.random()
        self.said.append(name)
        bare = re.sub(r"\s*[(\[].*?[)\]]", "", name).strip() or name
        if made.concept is None:
            draw *= 0.58
        if draw < 0.32:
            return name if plain else self._quoted(name if self.chance(0.7) else bare)
        if draw < 0.58:
            spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare.replace("_", " "))
            return spaced.lower() if self.chance(0.85) else spaced
        assert made.concept is not None
        phrase = self.rnd.choice(made.concept.names(self.language)).replace("_", " ")
        if self.language == "ko" and self.chance(0.4):
            phrase = phrase.replace(" ", "")
        return phrase

    def _quoted(self, name: str) -> str:
        if self.chance(0.25):
            pair = self.rnd.choice(QUOTES)
            name = f"{pair[0]}{name}{pair[1]}"
            if self.chance(0.4):
                name += self.rnd.choice(_COLUMN_NOUNS[self.language])
        elif self.chance(0.06):
            name += self.rnd.choice(_COLUMN_NOUNS[self.language])
        return name

    def plural(self, phrase: str) -> str:
        """Return English words in the plural, Korean ones as they are."""
        return plural(phrase) if self.language == "en" else phrase

    def noun(self) -> str:
        """Return what a row is called."""
        return self.rnd.choice(self.table.nouns[self.language])

    def slots(self) -> dict[str, str]:
        """Return the slots for rows: `e` several, `e1` one."""
        noun = self.noun()
        return {"e": self.plural(noun), "e1": noun}

    def value(self, made: MadeColumn, without: Sequence[Scalar] = ()) -> tuple[Scalar, str]:
        """Return a value of a column and how it is said. Raises Impossible."""
        known = [v for v in made.values if v not in without]
        if not known:
            raise Impossible("values")
        value = self.rnd.choice(known)
        self.said.append(made.column.name)
        if self.absent_value:
            self.absent_value, self.replaced = False, True
            return value, self.rnd.choice(_ABSENT[self.language])
        said, draw = str(value), self.rnd.random()
        synonyms = made.synonyms.get(said, ())
        fitting = [s for s in synonyms if bool(re.search("[가-힣]", s)) == (self.language == "ko")]
        if fitting and draw < 0.4:
            said = self.rnd.choice(fitting)
        elif draw < 0.6 and len(said) > 2:
            said = said.lower()
        elif draw < 0.65:
            said = f"'{said}'"
        return value, said

    def equals(self, made: MadeColumn, value: Scalar) -> Condition:
        """Return the condition that a column has a value."""
        return Comparison(left=ref(made), op="=", right=value)

    def small_number(self) -> tuple[int, str]:
        """Return a small number and how it is said."""
        value = self.rnd.choice(SMALL)
        numeral = NUMERALS[self.language].get(value)
        return value, numeral if numeral and self.chance(0.15) else str(value)

    def threshold(self, made: MadeColumn) -> tuple[float, str]:
        """Return a number within the range of a column and how it is said."""
        low, high = float(made.column.minimum), float(made.column.maximum)
        value: float = self.rnd.uniform(low, high)
        value = (
            round(value, 2)
            if high <= 1
            else round(value, 1)
            if high <= 20 and self.chance(0.4)
            else round(value)
        )
        if abs(value) > 200:
            value = int(float(f"{value:.2g}"))
        value = int(value) if value == int(value) else value
        said, draw = f"{value}", self.rnd.random()
        if isinstance(value, int) and value >= 1000:
            if draw < 0.3:
                return value, f"{value:,}"
            if value % 10_000 == 0 and self.language == "ko" and draw < 0.7:
                return value, f"{value // 10_000}만"
            if value % 1000 == 0 and draw < 0.6:
                return value, f"{value // 1000}" + ("천" if self.language == "ko" else "k")
        if draw > 0.85:
            said += self.rnd.choice(UNITS[self.language])
        elif draw > 0.82 and self.language == "en":
            said = f"${said}"
        elif draw > 0.76 and made.kind == "rate":
            said = f"{value * 100:g}%" if high <= 1 else f"{said}%"
        return value, said


_COLUMN_NOUNS = {
    "en": (" column", " column", " field", " variable", " values"),
    "ko": (" 컬럼", " 열", " 항목", " 값"),
}
_ABSENT = {
    "en": ("Atlantis", "Zorblax", "Wakanda", "Quixo", "Brunhilde", "Mordor", "Type Z", "Narnia"),
    "ko": ("아틀란티스", "해왕성", "뽀로로", "무릉도원", "홍길동", "율도국", "둘리", "용궁"),
}


def ref(made: MadeColumn) -> ColumnRef:
    """Return a column as an expression."""
    return ColumnRef(name=made.column.name)


def view(made: MadeColumn) -> ColumnView:
    """Return a column as words see it, as far as dates need it."""
    return ColumnView(made.column, made.kind, (made.column.name,))


def plural(phrase: str) -> str:
    """Return English words in the plural."""
    if not phrase or not phrase[-1].isascii() or not phrase[-1].isalpha():
        return phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + ("es" if phrase.endswith(("s", "x", "ch", "sh")) else "s")
