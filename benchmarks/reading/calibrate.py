"""Learns what the network's opinion adds to the score, and how sure to be with it, on tables from
which neither the network nor the other weights have learned, and on made-up questions of domains
and phrasings of their own. Adds that to `knowledge/reading.npz`: `python -m
benchmarks.reading.calibrate`."""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.reading.fitting import HELD, SEED, outcome_of, ranked_by, see_all
from benchmarks.reading.folds import calibrated
from benchmarks.reading.outcome import Outcome, report
from benchmarks.reading.proposed import Question, Questions
from benchmarks.reading.second import Weighed, fit_agreement, fit_opinion, weighed, with_opinion
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.weights import Learned, load, save


class Calibration:
    """Questions with the network's opinion of what is proposed for them."""

    def __init__(self, folder: Path, base: Learned) -> None:
        questions = Questions(folder)
        self._base = base
        self._head = Decisive(questions.embedding, base.decisive)
        self._network = Network(questions.embedding)
        # A follow-up is ranked without the network, which knows questions that stand alone.
        self.people = self._weighed(
            [q for name in calibrated() for q in questions.of(name) if q.label.before is None]
        )
        self.made = self._weighed(questions.made(HELD, SEED + 1, held=True))

    def learned(self, questions: Sequence[Weighed]) -> Learned:
        """Return what was known, with what these questions teach."""
        learned = replace(self._base, opinion=fit_opinion(questions))
        ranked = [with_opinion(one, learned.opinion, self._head) for one in questions]
        return replace(learned, agreement=fit_agreement(ranked, self._base))

    def outcomes(self) -> tuple[list[Outcome], list[Outcome]]:
        """Return what comes out for the people's and the made-up questions: for each half by what
        the other half teaches."""
        found: tuple[list[Outcome], list[Outcome]] = ([], [])
        groups = (self.people, self.made)
        for half in (0, 1):
            learned = self.learned([q for group in groups for q in _half(group, 1 - half)])
            for outcomes, group in zip(found, groups, strict=True):
                mine = (with_opinion(q, learned.opinion, self._head) for q in _half(group, half))
                outcomes.extend(outcome_of(one, learned) for one in mine)
        return found

    def _weighed(self, questions: Sequence[Question]) -> list[Weighed]:
        seen = see_all(questions, self._base.search, self._head, self._network)
        ranked = ranked_by(seen, self._base.score, self._head)
        return [weighed(one, self._network) for one in ranked]


def _half(questions: Sequence[Weighed], which: int) -> list[Weighed]:
    """The first or the second half: of different tables, but for one in the middle."""
    middle = len(questions) // 2
    return list(questions[:middle] if which == 0 else questions[middle:])


def main() -> None:
    """Read the arguments, print what was measured by halves, learn from both, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    arguments = parser.parse_args()
    calibration = Calibration(arguments.folder, load())
    for name, outcomes in zip(("people's", "made up"), calibration.outcomes(), strict=True):
        print(f"{name}\n{report(outcomes, len(outcomes))}\n")
    every = [*calibration.people, *calibration.made]
    print("written, SHA-256", save(calibration.learned(every)))


if __name__ == "__main__":
    main()
