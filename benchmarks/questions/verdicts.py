"""What two readers say of an analyst's answers, joined and counted.

    python -m benchmarks.questions.verdicts OUT.jsonl FIRST.jsonl SECOND.jsonl [--joined J.jsonl]

OUT is of `benchmarks.questions.analyst`. A reader has seen OUT and not the code, and writes a line
for each question:

    {"id": "…", "first": "right", "options": [1], "note": "…"}

`first` judges the first line and the reading shown against `truth`: `right`; `wrong`; or `said`,
when it does not answer but says so itself (there is no such column; only half of it was done). Of a
question back, and where there is no answer, it is left out. `options` are the places, from 0, of
the options whose first line is right.

Each reader's verdict becomes an outcome; where both agree, it counts. Where they do not, the worse
of both counts, and the question is listed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from benchmarks.questions.analyst import Answered
from benchmarks.questions.answer import Answer
from benchmarks.questions.lines import append, read
from benchmarks.questions.table import counted

Outcome = Literal[
    "right_stated",
    "right_guess",
    "right_one_click_away",
    "wrong_but_said",
    "asked_in_vain",
    "no_answer",
    "wrong_guess",
    "wrong_stated",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""From best to worst."""


class Verdict(BaseModel):
    """What one reader says of one answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    first: Literal["right", "wrong", "said", ""] = ""
    options: tuple[int, ...] = ()
    note: str = ""


class Joined(BaseModel):
    """What both say. `outcome` is the worse of both where they differ."""

    id: str
    lang: str
    outcome: Outcome
    by_reader: tuple[Outcome, Outcome]
    notes: tuple[str, str]

    @property
    def is_agreed(self) -> bool:
        """Whether both say the same."""
        return self.by_reader[0] == self.by_reader[1]


class Incomplete(Exception):
    """A reader has not judged what there is, or something that there is not."""


def outcome_of(answer: Answer, verdict: Verdict) -> Outcome:
    """Return what became of a question. Raises Incomplete when the verdict cannot be of it."""
    if any(not 0 <= place < len(answer.options) for place in verdict.options):
        raise Incomplete(f"{verdict.id}: there is no such option")
    if answer.band in ("ask", "failed"):
        if verdict.first:
            raise Incomplete(f"{verdict.id}: there is no first line to judge")
        if answer.band == "failed":
            return "no_answer"
        return "right_one_click_away" if verdict.options else "asked_in_vain"
    if not verdict.first:
        raise Incomplete(f"{verdict.id}: the first line is not judged")
    is_guess = answer.band == "guess"
    if verdict.first == "right":
        return "right_guess" if is_guess else "right_stated"
    if verdict.options:
        return "right_one_click_away"
    if verdict.first == "said":
        return "wrong_but_said"
    return "wrong_guess" if is_guess else "wrong_stated"


def joined(
    answers: Sequence[Answered], first: Sequence[Verdict], second: Sequence[Verdict]
) -> list[Joined]:
    """Join the verdicts of two readers. Raises Incomplete when one has left something out, or
    judged it twice."""
    by_id = [_by_id(answers, verdicts) for verdicts in (first, second)]
    found = []
    for one in answers:
        verdicts = [known[one.id] for known in by_id]
        outcomes = [outcome_of(one.answer, verdict) for verdict in verdicts]
        found.append(
            Joined(
                id=one.id,
                lang=one.lang,
                outcome=max(outcomes, key=OUTCOMES.index),
                by_reader=(outcomes[0], outcomes[1]),
                notes=(verdicts[0].note, verdicts[1].note),
            )
        )
    return found


def _by_id(answers: Sequence[Answered], verdicts: Sequence[Verdict]) -> dict[str, Verdict]:
    known = {verdict.id: verdict for verdict in verdicts}
    if len(known) != len(verdicts):
        raise Incomplete("an answer is judged twice")
    if difference := {one.id for one in answers} ^ set(known):
        raise Incomplete(f"judged or answered alone: {', '.join(sorted(difference))}")
    return known


def report(found: Sequence[Joined]) -> str:
    """Return the counts a language, and where the readers differ."""
    differing = [one for one in found if not one.is_agreed]
    lines = [
        counted(OUTCOMES, ((one.lang, one.outcome) for one in found)),
        "",
        f"The readers agree on {len(found) - len(differing)} of {len(found)}.",
    ]
    for one in differing:
        outcomes = " / ".join(name.replace("_", " ") for name in one.by_reader)
        notes = " / ".join(filter(None, one.notes))
        lines.append(f"- {one.id}: {outcomes}" + (f" ({notes})" if notes else ""))
    return "\n".join(lines)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("answers", type=Path)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--joined", type=Path, help="where the joined verdicts are written")
    given = parser.parse_args()
    found = joined(
        read(given.answers, Answered), read(given.first, Verdict), read(given.second, Verdict)
    )
    if given.joined:
        given.joined.unlink(missing_ok=True)
        for one in found:
            append(given.joined, one)
    print(report(found))


if __name__ == "__main__":
    main()
