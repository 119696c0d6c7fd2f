"""An answer as a person meets it: its first line, how it was understood, and what is one click
away."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Band = Literal["sure", "guess", "chosen", "ask", "stated", "failed"]
"""How an answer presents itself: as sure, as a guess, as what was chosen; as a question back; as an
answer that does not say how the question was understood (`stated`); or none came."""


class Told(BaseModel):
    """What one answer says. `row` has the cells of its first table if that has one row."""

    model_config = ConfigDict(frozen=True)

    band: Band
    first_line: str = ""
    reading: str = ""
    """The sentence by which it says how the question was understood."""
    row: tuple[Any, ...] = ()
    failure: str = ""
    """The code of the error, when there is no answer."""


class Option(BaseModel):
    """What is one click away: an alternative of a guess, or an option of a question back. `text` is
    what stands on the button, `result` what it promises beside it; `told` is the answer after it
    was chosen."""

    model_config = ConfigDict(frozen=True)

    text: str
    result: str = ""
    told: Told


class Answer(Told):
    """The answer to one question. Seconds are from asking to the first sign of work, and to the
    end (or to the question back)."""

    prompt: str = ""
    """What is asked back."""
    unused: tuple[str, ...] = ()
    """Words of the question that a guess says it did not use."""
    options: tuple[Option, ...] = ()
    first_event_s: float | None = None
    end_s: float | None = None
    conversation: str = ""
    run: str = ""
