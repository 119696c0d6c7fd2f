"""What the words of a question may mean: the input of everybody who proposes or scores readings."""

from dataclasses import dataclass
from typing import Literal

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.condition import PeriodUnit, Scalar

ColumnKind = Literal[
    "identifier", "amount", "level", "rate", "code", "label", "flag", "time", "text", "other"
]
"""What a column's cells are: `amount` adds up (revenue, units); `level` does not (age, price,
score, temperature, stock); `rate` is a share or a percentage; `code` numbers that name something
(class 1-3, zip); `identifier` tells rows apart; `label` names groups; `flag` is yes or no."""


@dataclass(frozen=True)
class ColumnView:
    """A column as words can mean it. `forms` is what it may be called: its header taken apart, the
    phrases of its vocabulary groups in both languages, and what a person has said it is called
    (`remembered`). `groups` names its vocabulary groups. `values` are those that can be mentioned,
    more than `column.examples` where a value index is at hand; `positive` is the value of a flag
    that means yes."""

    column: Column
    kind: ColumnKind
    forms: tuple[str, ...]
    groups: tuple[str, ...] = ()
    values: tuple[Scalar, ...] = ()
    positive: Scalar | None = None
    remembered: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The column's name in the data."""
        return self.column.name


@dataclass(frozen=True)
class TableView:
    """A table as words can mean it. `nouns` is what its rows are called (flights, 주문, 고객)."""

    dataset: Dataset
    columns: tuple[ColumnView, ...]
    nouns: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnView | None:
        """Return the column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)


@dataclass(frozen=True)
class Segment:
    """A piece of the question: a word, or a part of a Korean word (a stem, a particle). `start`
    and `end` are places in the question's text. A function word carries no content by itself."""

    text: str
    start: int
    end: int
    is_function: bool = False
    is_quoted: bool = False


@dataclass(frozen=True)
class ColumnMeaning:
    """The words name a column."""

    column: str


@dataclass(frozen=True)
class ValueMeaning:
    """The words name a value of a column."""

    column: str
    value: Scalar


@dataclass(frozen=True)
class NumberMeaning:
    """A number: `percent` of `20%`, `ordinal` of `third` and `2번째`; `unit` as written beside it
    (`원`, `kg`, `살`, `hours`), multipliers (`만`, `k`) worked in; `decade` of `20대`."""

    value: float
    unit: str = ""
    is_percent: bool = False
    is_ordinal: bool = False
    is_decade: bool = False


@dataclass(frozen=True)
class DateMeaning:
    """A span of dates, both ends included, ISO days or moments. `grain` is how finely it was said.
    A month, quarter or weekday without a year has its number in `part` and no span."""

    low: str = ""
    high: str = ""
    grain: Literal["year", "quarter", "month", "week", "day", "hour", "weekday"] = "day"
    part: int | None = None


@dataclass(frozen=True)
class RelativeMeaning:
    """Last month, 작년, the past 7 days."""

    which: Literal["last", "this", "next"]
    count: int
    unit: PeriodUnit
    is_rolling: bool = False


@dataclass(frozen=True)
class ConceptMeaning:
    """A word of analysis, by its id in the vocabulary of concepts: `agg:mean`, `op:>`, `neg`,
    `top`, `bottom`, `grain:month`, `task:relation`, `method:spearman`, `chart:bar`, `by`, `or`,
    `missing`, `noun` (what rows are called), `arith:/`, `out` (nothing that a reading says) …"""

    concept: str


@dataclass(frozen=True)
class AliasMeaning:
    """A name that the question itself gives to something ("called 'FamilySize'")."""

    name: str


Meaning = (
    ColumnMeaning
    | ValueMeaning
    | NumberMeaning
    | DateMeaning
    | RelativeMeaning
    | ConceptMeaning
    | AliasMeaning
)

How = Literal[
    "exact", "plural", "part", "remembered", "vocabulary", "meaning", "spelling", "pattern"
]
"""How words were matched: as written; but for an ending; some words of the name; as a person said;
by a vocabulary group; by the encoder's cosine; by like spelling; by a pattern (numbers, dates)."""


@dataclass(frozen=True)
class Candidate:
    """One thing that the segments from `first` up to `last` (not included) may mean."""

    first: int
    last: int
    meaning: Meaning
    how: How
    strength: float = 1.0
    """0 to 1, comparable within one `how`."""


@dataclass(frozen=True)
class Linked:
    """A question over a table with all candidates. Those over the same segments exclude each
    other; every segment may also be left out, which costs what its word is worth."""

    text: str
    language: Language
    segments: tuple[Segment, ...]
    candidates: tuple[Candidate, ...]
    view: TableView
    operator_closeness: tuple[float, ...] = ()
    """For each segment, the cosine of its word to the nearest concept: how much it would matter
    if it were left out. Empty when no encoder was at hand."""
