"""Questions of a folder: DABench's, or an analyst's. The folder stays outside of the repository.

DABench: `questions.jsonl` (`id`, `question`, `constraints`, `format`, `file_name`, `level`,
`answers`: [[name, value], …]) and `tables/`. An analyst's: `questions.jsonl` (`id`, `group`,
`lang`, `question`, `truth`, `files`) and `files/`; questions of one group share one conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.questions import analyst, dabench
from benchmarks.questions.lines import read
from benchmarks.questions.questioner import Asked


@dataclass(frozen=True)
class Case:
    """A question. `expected` are the values that an answer must state, of DABench; `truth` is what
    a reader needs to judge the answer to an analyst's."""

    id: str
    asked: Asked
    level: str = ""
    expected: tuple[tuple[str, str], ...] = ()
    truth: str = ""


Group = tuple[Case, ...]
"""Questions of one conversation, in order."""


def groups_of(
    folder: Path, *, is_full: bool = False, every: int = 1, offset: int = 0
) -> list[Group]:
    """Return the conversations of a folder, every so many of them from the one at `offset`, in the
    order of their ids. `is_full`: with constraints and format."""
    questions = folder / "questions.jsonl"
    if (folder / "tables").is_dir():
        cases = sorted(read(questions, dabench.Case), key=lambda case: case.id)
        found: Sequence[Group] = [
            (
                Case(
                    str(case.id),
                    case.asked(folder, is_full=is_full),
                    level=case.level,
                    expected=case.answers,
                ),
            )
            for case in cases
        ]
    else:
        found = [
            tuple(Case(case.id, asked, level=case.lang, truth=case.truth) for case, asked in group)
            for group in analyst.groups(read(questions, analyst.Case), folder)
        ]
    return list(found[offset::every])
