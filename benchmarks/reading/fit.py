"""Learns to score readings and to say how sure it is, from the labelled questions:
`python -m benchmarks.reading.fit [--folder …] [--write]`. Every figure that it prints is of tables
that the weights had not seen (five folds)."""

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading.datasets import FOLDER, NAMES
from benchmarks.reading.logistic import fit_signs, fit_vectors
from benchmarks.reading.outcome import Outcome, report
from benchmarks.reading.proposed import Proposals, Proposed
from benchmarks.reading.ranking_weights import Choice, fit
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.score import Scored, rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned, save
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.trust import probabilities, signs_of


@dataclass(frozen=True)
class Judgement:
    """A question with its ranked readings, which of them are right, and the signs of trust."""

    question: Proposed
    ranked: tuple[Scored, ...]
    right: tuple[bool, ...]
    signs: dict[str, float]


def folds() -> list[tuple[str, ...]]:
    """Return the tables of each fold."""
    path = FOLDER / "folds.json"
    return [tuple(tables) for tables in json.loads(path.read_text("utf-8"))]


def decisive_weights(questions: Iterable[Proposed], proposals: Proposals) -> tuple[float, ...]:
    """Fit the head that tells decisive words from harmless ones."""
    words: list[tuple[str, bool]] = []
    for question in questions:
        label = question.label
        for phrases, is_decisive in ((label.harmless, False), (label.decisive, True)):
            words += [(p.casefold(), is_decisive) for phrase in phrases for p in phrase.split()]
    vectors = proposals.embedding([word for word, _ in words])
    return fit_vectors(vectors, [is_decisive for _, is_decisive in words], penalty=2.0)


def seen(
    questions: Sequence[Proposed], weights: dict[str, float], decisive: Decisive
) -> list[tuple[Proposed, list[Scored], tuple[bool, ...]]]:
    """Rank the proposals of each question."""
    found = []
    for question in questions:
        judged = decisive.of(question.linked)
        ranked = rank(question.linked, question.proposals, weights, judged, question.label.before)
        are = dict(zip((p.reading for p in question.proposals), question.right, strict=True))
        found.append((question, ranked, tuple(are[s.reading] for s in ranked)))
    return found


def choices_of(questions: Sequence[Proposed], decisive: Decisive) -> list[Choice]:
    """Return the questions as choices to learn from."""
    return [
        Choice([s.features for s in ranked], right)
        for question, ranked, right in seen(questions, {}, decisive)
        if any(right)
    ]


def judgements(
    questions: Sequence[Proposed], weights: dict[str, float], decisive: Decisive
) -> list[Judgement]:
    """Rank questions and look at the best reading of each."""
    return [
        Judgement(
            question,
            tuple(ranked),
            right,
            signs_of(question.linked, ranked, decisive.of(question.linked)),
        )
        for question, ranked, right in seen(questions, weights, decisive)
        if ranked
    ]


def main() -> None:
    """Fit by folds, print what was measured, and write the weights of all tables if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    proposals = Proposals(arguments.folder, [Search(), Edits()])
    by_table = {name: proposals.of([name]) for name in NAMES}
    parts = folds()
    held: list[list[Judgement]] = []
    for part in parts:
        others = [q for name in NAMES if name not in part for q in by_table[name]]
        mine = [q for name in part for q in by_table[name]]
        decisive = Decisive(proposals.embedding, decisive_weights(others, proposals))
        weights = fit(choices_of(others, decisive), arguments.penalty)
        held.append(judgements(mine, weights, decisive))
    outcomes: list[Outcome] = []
    for place, part in enumerate(held):
        rest = [j for other, js in enumerate(held) if other != place for j in js]
        learned = trust_of(rest)
        outcomes += [outcome_of(judgement, learned) for judgement in part]
    every = [q for questions in by_table.values() for q in questions]
    print(report(outcomes, len(every)))
    if arguments.write:
        judged = [j for part in held for j in part]
        trusted = trust_of(judged)
        decisive_all = decisive_weights(every, proposals)
        head = Decisive(proposals.embedding, decisive_all)
        weights = fit(choices_of(every, head), arguments.penalty)
        learned = Learned(
            weights, trusted.trust, trusted.trust_mean, trusted.trust_scale, decisive_all
        )
        print("written", save(learned))


def trust_of(judged: Sequence[Judgement]) -> Learned:
    """Fit how sure to be, on readings of tables that their weights had not seen."""
    signs = [j.signs for j in judged]
    trust, mean, scale = fit_signs(signs, [j.right[0] for j in judged])
    return Learned(trust=trust, trust_mean=mean, trust_scale=scale)


def outcome_of(judgement: Judgement, learned: Learned) -> Outcome:
    """Return what came out for a question."""
    linked = judgement.question.linked
    sure = probabilities(linked, judgement.ranked, (), learned, judgement.signs)
    return Outcome(judgement.question.label, judgement.right, sure[0])


if __name__ == "__main__":
    main()
