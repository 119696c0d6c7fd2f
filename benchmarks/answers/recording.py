"""Answers that were recorded: what a model said to each question, call by call.

    python -m benchmarks.answers.recording OUT.jsonl CALLS.jsonl RECORDING.jsonl

joins what `run` and `proxy` have written. A recording holds no requests: whoever plays it gives the
same answers to a product that has become another.
"""

import argparse
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.answers.call_log import calls_of, within
from benchmarks.answers.completion import Completion
from benchmarks.answers.result import Result
from benchmarks.questions.lines import append, read


class Recorded(BaseModel):
    """A question, with what the model said to it, in the order of the calls."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    answers: tuple[Completion, ...]


def recorded(out: Path, calls: Path) -> list[Recorded]:
    """Return the answers to the questions that were answered."""
    logged = [call for call in calls_of(calls) if call.status < 400 and call.answer.finish]
    found = []
    for result in read(out, Result):
        ended_at = result.began_at + result.wall_s
        own = within(logged, result.began_at, ended_at, result.question)
        if own:
            said = tuple(call.answer for call in own)
            found.append(Recorded(id=result.id, question=result.question, answers=said))
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("calls", type=Path)
    parser.add_argument("recording", type=Path)
    given = parser.parse_args()
    for one in recorded(given.out, given.calls):
        append(given.recording, one)


if __name__ == "__main__":
    main()
