"""What became of a question."""

from typing import Any

from pydantic import BaseModel

from benchmarks.answers.cases import Case
from benchmarks.answers.stated import begins_with_format, is_right


class Result(BaseModel):
    """A question and its answer. Seconds are from asking; None is not known."""

    id: str
    level: str
    question: str
    expected: tuple[tuple[str, str], ...] = ()
    truth: str = ""
    earlier: tuple[str, ...] = ()
    """The questions before it in the same conversation."""
    answer: str = ""
    right: bool | None = None
    """By the published values; None where a reader judges."""
    in_format: bool | None = None
    """Whether the answer begins with the format that was asked for."""
    state: str = ""
    failure: str = ""
    asked_back: str = ""
    """What the person was asked; the question was left there."""
    conversation: str = ""
    run: str = ""
    began_at: float = 0.0
    """Unix seconds."""
    wall_s: float = 0.0
    first_event_s: float | None = None
    first_word_s: float | None = None
    """Until the answer's first word."""
    steps: tuple[str, ...] = ()
    usage: dict[str, float] = {}
    """What the endpoint told, as the run has it."""
    unsupported: tuple[str, ...] | None = None
    """Figures of the answer that nothing holds."""
    calls: int | None = None
    prompt_tokens: int | None = None
    """All requests, characters / 4."""
    call_tokens: tuple[int, ...] = ()
    model_s: float | None = None
    """How long the model was at work."""
    own_s: float | None = None
    """The rest."""

    def judged(self, case: Case) -> "Result":
        """Return it with a verdict, where there are published values."""
        if not case.expected:
            return self
        told: dict[str, Any] = {
            "right": not self.asked_back and is_right(case.expected, self.answer),
            "in_format": begins_with_format(self.answer),
        }
        return self.model_copy(update=told)
