"""An analyst's questions, put to a running CherryAI for people to judge.

    python -m benchmarks.questions.analyst FOLDER OUT.jsonl --url http://127.0.0.1:3000

FOLDER has `questions.jsonl` (`id`, `group`, `lang`, `question`, `truth`, `files`) and `files/`; it
stays outside of the repository. Questions of one group share one conversation, in their order; a
file is named `name` or `name@encoding`, and sent once. What stands in OUT is not asked again.

Nothing is judged here: OUT has what two readers need (question, truth, band, first line, reading,
and the options with their first lines). `benchmarks.questions.verdicts` takes what they say.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from benchmarks.questions.answer import Answer
from benchmarks.questions.lines import append, read
from benchmarks.questions.questioner import Asked, File, Questioner
from benchmarks.questions.table import counted
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.i18n.detect import known_language

BANDS = ("sure", "stated", "guess", "ask", "failed")


class Case(BaseModel):
    """A question with what is true."""

    id: str
    group: str
    lang: str
    question: str
    truth: str
    files: tuple[str, ...] = ()
    kind: str = ""


class Answered(BaseModel):
    """A question, what is true, and the answer."""

    id: str
    group: str
    lang: str
    kind: str
    question: str
    earlier: tuple[str, ...]
    """The questions before it in the same conversation."""
    truth: str
    answer: Answer


def groups(cases: Sequence[Case], folder: Path) -> Iterator[list[tuple[Case, Asked]]]:
    """Yield the questions of each group; files are sent with the first question that has them."""
    for name in dict.fromkeys(case.group for case in cases):
        sent: set[str] = set()
        group = []
        for case in (one for one in cases if one.group == name):
            files = tuple(_file(folder, file) for file in case.files if file not in sent)
            sent.update(case.files)
            group.append((case, Asked(case.question, known_language(case.lang), files)))
        yield group


def _file(folder: Path, named: str) -> File:
    name, _, encoding = named.partition("@")
    return File(folder / "files" / name, encoding)


async def ask_all(folder: Path, out: Path, url: str, only: Sequence[str] = ()) -> list[Answered]:
    """Ask what is not in `out` yet (`only`: of these ids or groups), and return all that is
    there then."""
    known = {one.id for one in read(out, Answered)}
    async with CherryClient(url) as client:
        questioner = Questioner(client)
        for group in groups(read(folder / "questions.jsonl", Case), folder):
            place: Conversation | None = None
            earlier: list[Asked] = []
            for case, asked in group:
                is_wanted = not only or case.id in only or case.group in only
                if case.id in known or not is_wanted:
                    place = None
                else:
                    place = place or await questioner.conversation(earlier)
                    answer = await questioner.ask(asked, earlier, place)
                    before = tuple(one.question for one in earlier)
                    known_of_it = case.model_dump(exclude={"files"})
                    append(out, Answered(**known_of_it, earlier=before, answer=answer))
                earlier.append(asked)
    return read(out, Answered)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("only", nargs="*", help="ids or groups; all")
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    given = parser.parse_args()
    found = asyncio.run(ask_all(given.folder, given.out, given.url, given.only))
    print(counted(BANDS, ((one.lang, one.answer.band) for one in found)))


if __name__ == "__main__":
    main()
