"""The calls of a model, as the proxy has written them down."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.answers.completion import Body, Completion, plain, text_of
from benchmarks.questions.lines import read

CHARS_PER_TOKEN = 4
"""A rule of thumb, the same for every model, so that runs can be compared."""


class LoggedCall(BaseModel):
    """One call. Times are Unix seconds; `first_at` is that of the first word, None without any."""

    model_config = ConfigDict(frozen=True)

    started_at: float
    first_at: float | None
    ended_at: float
    status: int
    characters: int
    request: Body
    answer: Completion

    @property
    def tokens(self) -> int:
        """How long the request is, in tokens by the rule of thumb."""
        return self.characters // CHARS_PER_TOKEN


def calls_of(path: Path) -> list[LoggedCall]:
    """Return all calls of a log, in the order in which they began."""
    return sorted(read(path, LoggedCall), key=lambda call: call.started_at)


def within(
    calls: Sequence[LoggedCall], began: float, ended: float, question: str = ""
) -> list[LoggedCall]:
    """Return the calls that began in a time; of several questions at once, those whose words hold
    the `question`."""
    wanted = plain(question)
    return [
        call
        for call in calls
        if began <= call.started_at <= ended and wanted in plain(text_of(call.request))
    ]


def busy_s(calls: Sequence[LoggedCall], began: float, ended: float) -> float:
    """Return for how long of a time the model was at work; calls at the same moment count once."""
    total, until = 0.0, began
    for call in sorted(calls, key=lambda one: one.started_at):
        start, end = max(call.started_at, until), min(call.ended_at, ended)
        if end > start:
            total += end - start
            until = end
    return total
