"""A choice: these words mean this, in this role."""

from dataclasses import dataclass
from typing import Literal

from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    DateMeaning,
    NumberMeaning,
    RelativeMeaning,
    ValueMeaning,
)

Role = Literal["", "measure", "group", "condition"]
"""What a column is for: it is measured (or listed, or described), it groups, or a condition is on
it. Empty for all that is no column."""


SAID = frozenset(
    ("polite", "and", "only", "follow", "yes", "no", "derive", "how_much", "how_long", "which",
     "when", "where", "who", "out", "noun")
)  # fmt: skip
"""Concepts of which nothing is made: their words may be left out at little cost."""


_KINDS = {"date": "days"}
"""Heads of concepts that would be taken for another kind of token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A candidate that was chosen, with its role. `kind` is what neighbours see of it: the role of
    a column, `value`, `number`, `date`, `relative`, `alias`, or what stands before the colon of a
    concept's id; `concept` is the whole id."""

    candidate: Candidate
    kind: str
    role: Role = ""
    concept: str = ""

    @property
    def first(self) -> int:
        """The first of its segments."""
        return self.candidate.first

    @property
    def last(self) -> int:
        """The segment after its last."""
        return self.candidate.last

    @property
    def detail(self) -> str:
        """What stands after the colon of a concept's id."""
        return self.concept.partition(":")[2]

    @property
    def column(self) -> str:
        """The column that it names, or whose value it names; empty for none."""
        meaning = self.candidate.meaning
        return meaning.column if isinstance(meaning, ColumnMeaning | ValueMeaning) else ""


def tokens_of(candidate: Candidate) -> tuple[Token, ...]:
    """Return the ways to take a candidate: one for each role of a column, else one."""
    match candidate.meaning:
        case ColumnMeaning():
            roles: tuple[Role, ...] = ("measure", "group", "condition")
            return tuple(Token(candidate, role, role) for role in roles)
        case ValueMeaning():
            return (Token(candidate, "value"),)
        case NumberMeaning():
            return (Token(candidate, "number"),)
        case DateMeaning():
            return (Token(candidate, "date"),)
        case RelativeMeaning():
            return (Token(candidate, "relative"),)
        case AliasMeaning():
            return (Token(candidate, "alias"),)
        case ConceptMeaning(concept) if concept in SAID - {"noun"}:
            return ()
        case ConceptMeaning(concept):
            head = concept.partition(":")[0]
            return (Token(candidate, _KINDS.get(head, head), "", concept),)
