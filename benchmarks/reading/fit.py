"""Learns to read from the labelled questions, and measures it on tables that were not learned from:
`python -m benchmarks.reading.fit [--folder …] [--write]`.

By five folds of tables: weights of the search on four, which propose for the fifth; weights of the
score on the proposals of four, which rank the fifth; how sure to be on the ranked questions of the
other four folds. `--write` fits all on all tables then, and writes `knowledge/reading.npz`."""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reading.datasets import FOLDER, NAMES
from benchmarks.reading.logistic import fit_signs, fit_vectors
from benchmarks.reading.outcome import Outcome, report
from benchmarks.reading.proposed import Proposed, Question, Questions, proposed
from benchmarks.reading.ranking_weights import Choice, fit
from benchmarks.reading.search_weights import choice_of, fit_choices, weight_of
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.score import Scored, rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned, save
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.trust import probabilities, signs_of

SEED = 20
"""Of the made-up questions."""
HELD = 300
"""Made-up questions that are kept apart."""


@dataclass(frozen=True)
class Seen:
    """A question with its proposals, what is seen of each, and which are right."""

    question: Proposed
    readings: tuple[Scored, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Ranked:
    """A question with its readings, the best first, and the signs of trust."""

    question: Proposed
    readings: tuple[Scored, ...]
    right: tuple[bool, ...]
    signs: Mapping[str, float]


def folds() -> list[tuple[str, ...]]:
    """Return the tables of each fold."""
    told = json.loads((FOLDER / "folds.json").read_text("utf-8"))
    return [tuple(tables) for tables in told]


def decisive_weights(questions: Iterable[Question], embedding: Any) -> tuple[float, ...]:
    """Fit the head that tells decisive words from harmless ones, on the labels of both."""
    words: list[tuple[str, bool]] = []
    for question in questions:
        label = question.label
        for phrases, is_decisive in ((label.harmless, False), (label.decisive, True)):
            words += [(w.casefold(), is_decisive) for phrase in phrases for w in phrase.split()]
    vectors = embedding([word for word, _ in words])
    return fit_vectors(vectors, [is_decisive for _, is_decisive in words], penalty=2.0)


def see(question: Proposed, decisive: Decisive) -> Seen:
    """Explain all that is proposed for a question."""
    judged = decisive.of(question.linked)
    ranked = rank(question.linked, question.proposals, {}, judged, question.label.before)
    are = dict(zip((p.reading for p in question.proposals), question.right, strict=True))
    return Seen(question, tuple(ranked), tuple(are[s.reading] for s in ranked))


def rank_seen(seen: Seen, weights: Mapping[str, float], decisive: Decisive) -> Ranked | None:
    """Order what was seen by weights; None where nothing was proposed."""
    if not seen.readings:
        return None
    scored = [
        Scored(s.reading, s.explanation, s.features, _total(s.features, weights), s.sources)
        for s in seen.readings
    ]
    order = sorted(range(len(scored)), key=lambda place: -scored[place].score)
    readings = tuple(scored[place] for place in order)
    linked = seen.question.linked
    signs = signs_of(linked, readings, decisive.of(linked))
    return Ranked(seen.question, readings, tuple(seen.right[place] for place in order), signs)


def trust_of(ranked: Sequence[Ranked]) -> Learned:
    """Fit how sure to be, on questions of tables that their weights had not seen."""
    right = [one.right[0] for one in ranked]
    trust, mean, scale = fit_signs([one.signs for one in ranked], right)
    return Learned(trust=trust, trust_mean=mean, trust_scale=scale)


def outcome_of(ranked: Ranked, learned: Learned) -> Outcome:
    """Return what came out for a question."""
    linked = ranked.question.linked
    sure = probabilities(linked, ranked.readings, (), learned, ranked.signs)
    return Outcome(ranked.question.label, ranked.right, sure[0])


class Fitting:
    """The steps of fitting, each over the folds of tables."""

    def __init__(self, folder: Path, made: int, penalty: float, search_penalty: float) -> None:
        self._questions = Questions(folder)
        self._made = self._questions.made(made, SEED)
        self._held = self._questions.made(HELD, SEED + 1, held=True)
        self._penalty, self._search_penalty = penalty, search_penalty
        self._by_table = {name: self._questions.of(name) for name in NAMES}
        self._folds = folds()
        self._started = time.monotonic()

    def run(self, write: bool) -> list[list[Ranked]]:
        """Fit and measure by folds; then fit on all and write, if asked to. Return the ranked
        questions of each fold."""
        chosen = {
            name: [choice_of(q, WEIGHTS) for q in questions]
            for name, questions in self._by_table.items()
        }
        self._made_choices = [c for q in self._made if (c := choice_of(q, WEIGHTS)) is not None]
        self._say("paths of all questions")
        decisive = [self._decisive(self._others(part)) for part in self._folds]
        seen: dict[str, list[Seen]] = {}
        for part, head in zip(self._folds, decisive, strict=True):
            weights = self._search_weights(chosen, self._others(part))
            proposers = [Search(weights), Edits(weights)]
            for name in part:
                asked = (proposed(q, proposers) for q in self._by_table[name])
                seen[name] = [see(one, head) for one in asked]
        self._made_seen = self._seen_made(chosen, self._made, decisive[0])
        self._say("proposals of all questions")
        ranked: list[list[Ranked]] = []
        for part, head in zip(self._folds, decisive, strict=True):
            learned = fit(self._choices(seen, self._others(part)), self._penalty)
            mine = (rank_seen(s, learned, head) for name in part for s in seen[name])
            ranked.append([one for one in mine if one is not None])
        self._say("ranked")
        outcomes: list[Outcome] = []
        for place, group in enumerate(ranked):
            rest = [one for other, group_ in enumerate(ranked) if other != place for one in group_]
            learned_trust = trust_of(rest)
            outcomes += [outcome_of(one, learned_trust) for one in group]
        print(report(outcomes, sum(map(len, self._by_table.values()))))
        self._report_made(chosen, seen, decisive[0])
        self._say("measured")
        if write:
            trusted = trust_of([one for group in ranked for one in group])
            every = list(NAMES)
            learned_all = Learned(
                search=self._search_weights(chosen, every),
                score=fit(self._choices(seen, every), self._penalty),
                trust=trusted.trust,
                trust_mean=trusted.trust_mean,
                trust_scale=trusted.trust_scale,
                decisive=self._decisive_weights(every),
            )
            print("written, SHA-256", save(learned_all))
        return ranked

    def _seen_made(
        self,
        chosen: Mapping[str, list[Choice | None]],
        questions: Sequence[Question],
        decisive: Decisive,
    ) -> list[Seen]:
        proposers = [Search(self._search_weights(chosen, self._others(self._folds[0])))]
        return [see(proposed(q, proposers), decisive) for q in questions]

    def _report_made(
        self,
        chosen: Mapping[str, list[Choice | None]],
        seen: Mapping[str, list[Seen]],
        decisive: Decisive,
    ) -> None:
        """Measure on made-up questions of domains and phrasings that were kept apart."""
        weights = fit(self._choices(seen, self._others(self._folds[0])), self._penalty)
        places = []
        self.made_ranked: list[Ranked] = []
        for one in self._seen_made(chosen, self._held, decisive):
            ranked = rank_seen(one, weights, decisive)
            if ranked is not None:
                self.made_ranked.append(ranked)
            if one.question.label.readings:
                right = ranked.right if ranked is not None else ()
                places.append(right.index(True) if any(right) else 10**6)
        n = len(places)
        shares = [sum(p < k for p in places) / n for k in (1, 3, 10, 1000)]
        told = " ".join(f"{share:6.1%}" for share in shares)
        print(f"made up, kept apart       n {n:5}  first, in 3, in 10, proposed: {told}")

    def _others(self, part: Iterable[str]) -> list[str]:
        return [name for name in NAMES if name not in set(part)]

    def _decisive_weights(self, names: Iterable[str]) -> tuple[float, ...]:
        questions = [q for name in names for q in self._by_table[name]]
        return decisive_weights(questions, self._questions.embedding)

    def _decisive(self, names: Iterable[str]) -> Decisive:
        return Decisive(self._questions.embedding, self._decisive_weights(names))

    def _search_weights(
        self, chosen: Mapping[str, list[Choice | None]], names: Iterable[str]
    ) -> dict[str, float]:
        choices = [c for name in names for c in chosen[name] if c is not None]
        choices += self._made_choices
        return fit_choices(choices, WEIGHTS, self._search_penalty)

    def _choices(self, seen: Mapping[str, list[Seen]], names: Iterable[str]) -> list[Choice]:
        told = [*(one for name in names for one in seen[name]), *self._made_seen]
        return [
            Choice([r.features for r in one.readings], one.right, weight_of(one.question))
            for one in told
            if any(one.right)
        ]

    def _say(self, what: str) -> None:
        print(f"[{time.monotonic() - self._started:6.0f} s] {what}", flush=True)


def _total(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def main() -> None:
    """Read the arguments and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--made", type=int, default=1500)
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--search-penalty", type=float, default=10.0)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    fitting = Fitting(arguments.folder, arguments.made, arguments.penalty, arguments.search_penalty)
    fitting.run(arguments.write)


if __name__ == "__main__":
    main()
