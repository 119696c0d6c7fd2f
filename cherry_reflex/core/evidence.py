"""Where the numbers of an answer come from, and what was sent to others for it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

LinkKind = Literal["fact", "cell", "text", "arithmetic", "question"]
PartyKind = Literal["model", "agent", "tool"]
DATASETS = "datasets"
"""The step of what is known of the data itself: its rows, and what its columns hold."""


class Span(BaseModel):
    """A number as it stands in an answer: `start` and `end` count the characters (code points) of
    its Markdown."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    text: str


class Link(Span):
    """A number and what holds it.

    `kind`: a `fact` (`key`, `param`), a `cell` of a table (`table`, `column`, `row`, counted from
    0 over its head; `param` names a figure of the whole column or table, such as `mean`), a `text`
    that was printed or said, `arithmetic` over such (`expression` says how), or the `question`
    itself. `value` is the figure as it is, not rounded.
    """

    kind: LinkKind
    step: str = ""
    """The lane, or DATASETS; empty for what an earlier question found, and for the question."""
    call: str = ""
    """The call of the worker that gave it, where one did."""
    key: str = ""
    param: str = ""
    table: str = ""
    """The table's name where it has one, else its title."""
    row: int | None = None
    label: str = ""
    """What the row says it is, in words."""
    column: str = ""
    value: float | None = None
    expression: str = ""


class Side(BaseModel):
    """What one worker says about a thing of which another says something else."""

    model_config = ConfigDict(frozen=True)

    step: str
    value: float
    text: str
    """The whole of what it says, in words."""


class Contradiction(BaseModel):
    """Two figures for one thing: a fact's `key`, and which of its parameters differs."""

    model_config = ConfigDict(frozen=True)

    key: str
    param: str
    sides: tuple[Side, ...]


class Evidence(BaseModel):
    """What the check of an answer found."""

    model_config = ConfigDict(frozen=True)

    links: tuple[Link, ...] = ()
    unsupported: tuple[Span, ...] = ()
    """Numbers that nothing holds."""
    contradictions: tuple[Contradiction, ...] = ()


class Sent(BaseModel):
    """All that one model, agent or tool of others was sent in a run."""

    to: str
    kind: PartyKind
    here: bool = False
    """It runs on this machine."""
    times: int = 0
    characters: int = 0
    table_bytes: int = 0
    """Size of the tables whose address it was given, and which it can fetch."""
    columns: list[str] = []
