"""InfiAgent-DABench against a running CherryAI, strictly.

    python -m benchmarks.questions.dabench FOLDER OUT.jsonl --url http://127.0.0.1:3000

FOLDER has `questions.jsonl` (`id`, `question`, `constraints`, `format`, `file_name`, `level`,
`answers`: [[name, value], …]) and `tables/`; it stays outside of the repository. One conversation a
question. What stands in OUT is not asked again. What counts as stated: `figures.py`.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel

from benchmarks.questions.answer import Answer, Told
from benchmarks.questions.figures import states
from benchmarks.questions.lines import append, read
from benchmarks.questions.questioner import Asked, File, Questioner
from benchmarks.questions.table import counted
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.core.language import ENGLISH

Outcome = Literal[
    "right_stated",
    "right_guess",
    "right_one_click_away",
    "wrong_guess",
    "asked_in_vain",
    "wrong_stated",
    "no_answer",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Case(BaseModel):
    """A question with its published answers."""

    id: int
    question: str
    file_name: str
    level: str
    answers: tuple[tuple[str, str], ...]
    constraints: str = ""
    format: str = ""

    def asked(self, folder: Path, *, is_full: bool) -> Asked:
        """Return what is asked: the question, and what it is demanded of the answer if `full`."""
        parts = [self.question, *([self.constraints, self.format] if is_full else [])]
        file = File(folder / "tables" / self.file_name)
        return Asked("\n".join(filter(None, parts)), ENGLISH, (file,))


class Judged(BaseModel):
    """A question, its answer, and what became of it. `right_options` are places in the options."""

    id: int
    level: str
    question: str
    expected: tuple[str, ...]
    outcome: Outcome
    right_options: tuple[int, ...]
    answer: Answer


def judged(case: Case, answer: Answer) -> Judged:
    """Return what became of a question."""
    expected = tuple(value for _, value in case.answers)

    def is_right(told: Told) -> bool:
        return told.band != "failed" and states(expected, told.first_line, told.row)

    options = tuple(n for n, option in enumerate(answer.options) if is_right(option.told))
    outcome: Outcome
    match answer.band:
        case "failed":
            outcome = "no_answer"
        case "ask":
            outcome = "right_one_click_away" if options else "asked_in_vain"
        case "guess" if not is_right(answer):
            outcome = "right_one_click_away" if options else "wrong_guess"
        case "guess":
            outcome = "right_guess"
        case _:
            outcome = "right_stated" if is_right(answer) else "wrong_stated"
    return Judged(
        id=case.id,
        level=case.level,
        question=case.question,
        expected=expected,
        outcome=outcome,
        right_options=options,
        answer=answer,
    )


async def ask_all(
    folder: Path, out: Path, url: str, *, levels: tuple[str, ...] = (), is_full: bool = False
) -> list[Judged]:
    """Ask what is not in `out` yet, and return all that is there then."""
    known = {one.id for one in read(out, Judged)}
    async with CherryClient(url) as client:
        questioner = Questioner(client)
        for case in read(folder / "questions.jsonl", Case):
            if case.id in known or (levels and case.level not in levels):
                continue
            answer = await questioner.ask(case.asked(folder, is_full=is_full))
            append(out, judged(case, answer))
    return read(out, Judged)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    parser.add_argument("--level", action="append", default=[], help="easy, medium, hard; all")
    parser.add_argument(
        "--full", action="store_true", help="ask with constraints and format: for language models"
    )
    given = parser.parse_args()
    found = asyncio.run(
        ask_all(given.folder, given.out, given.url, levels=tuple(given.level), is_full=given.full)
    )
    print(counted(OUTCOMES, ((one.level, one.outcome) for one in found)))


if __name__ == "__main__":
    main()
