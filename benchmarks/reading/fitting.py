"""The steps of learning to read, each measured on tables that were not learned from."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.reading.folds import NETWORK_HELD, TABLES, folds
from benchmarks.reading.logistic import fit_signs, fit_vectors
from benchmarks.reading.outcome import Outcome
from benchmarks.reading.proposed import Question, Questions, proposed
from benchmarks.reading.ranking_weights import Choice, fit
from benchmarks.reading.search_weights import choice_of, fit_choices, weight_of
from benchmarks.reading.seen import Ranked, Seen, rank_seen, see
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.proposal import Proposer
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.weights import Learned
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.trust import probabilities

SEED, HELD = 20, 400
"""Of the made-up questions; so many are kept apart, of domains and phrasings of their own."""
Weights = Mapping[str, float]


class Fitting:
    """Learns by five folds of tables: weights of the search on four, which propose for the fifth;
    weights of the score on the proposals of four, which rank the fifth; how sure to be on the
    ranked questions of the other four. The network plays no part; `calibrate` adds it."""

    def __init__(
        self,
        folder: Path,
        made: int,
        tables: int = TABLES,
        penalty: float = 3.0,
        search_penalty: float = 10.0,
    ) -> None:
        """`made` made-up questions, and at most `tables` tables of each fold, are learned from."""
        self._questions = Questions(folder)
        self._penalty, self._search_penalty = penalty, search_penalty
        self._folds = [part[:tables] for part in folds()]
        self._names = [name for part in self._folds for name in part]
        self._by_table = {name: self._questions.of(name) for name in self._names}
        self._made = self._questions.made(made, SEED)
        self._apart = self._questions.made(HELD, SEED + 1, held=True)
        self._started = time.monotonic()
        self._prepare()

    @property
    def count(self) -> int:
        """How many labelled questions there are."""
        return sum(map(len, self._by_table.values()))

    def _prepare(self) -> None:
        """Choices of paths, and proposals, of all questions."""
        self._paths = {
            name: [choice_of(q, WEIGHTS) for q in questions]
            for name, questions in self._by_table.items()
        }
        self._made_paths = [choice_of(q, WEIGHTS) for q in self._made]
        self._say("paths of all questions")
        self._heads = [self._head(self._others(part)) for part in self._folds]
        self._seen: dict[str, list[Seen]] = {}
        for part, head in zip(self._folds, self._heads, strict=True):
            weights = self.search_weights(self._others(part))
            for name in part:
                self._seen[name] = see_all(self._by_table[name], weights, head)
        clean = self.search_weights(self._others(self._folds[NETWORK_HELD]))
        head = self._heads[NETWORK_HELD]
        self._made_seen = see_all(self._made, clean, head)
        self._apart_seen = see_all(self._apart, clean, head)
        self._say("proposals of all questions")

    def measured(self) -> list[list[Ranked]]:
        """Return the questions of each fold, ranked by weights of the others, without the
        network."""
        ranked = []
        for part, head in zip(self._folds, self._heads, strict=True):
            weights = self.score_weights(self._others(part))
            mine = (rank_seen(s, weights, head) for name in part for s in self._seen[name])
            ranked.append([one for one in mine if one is not None])
        return ranked

    def outcomes(self, ranked: Sequence[Sequence[Ranked]]) -> list[Outcome]:
        """Return what comes out for ranked questions, each fold by what the others and made-up
        questions tell of how sure to be."""
        plain, found = self.apart(), []
        for place, group in enumerate(ranked):
            rest = [one for other, ones in enumerate(ranked) if other != place for one in ones]
            learned = trust_of([*rest, *plain])
            found += [outcome_of(one, learned) for one in group]
        return found

    def outcomes_apart(self, ranked: Sequence[Sequence[Ranked]]) -> list[Outcome]:
        """Return what comes out for the made-up questions that were kept apart, each half of them
        by what the other half and the labelled ones tell of how sure to be."""
        plain = self.apart()
        labelled = [one for ones in ranked for one in ones]
        return [
            outcome_of(one, learned)
            for half in (0, 1)
            for learned in (trust_of([*labelled, *plain[1 - half :: 2]]),)
            for one in plain[half::2]
        ]

    def apart(self) -> list[Ranked]:
        """Return the made-up questions that were kept apart, ranked, without the network."""
        weights = self.score_weights(self._others(self._folds[NETWORK_HELD]))
        return ranked_by(self._apart_seen, weights, self._heads[NETWORK_HELD])

    def learned(self, ranked: Sequence[Sequence[Ranked]]) -> Learned:
        """Return what all tables teach."""
        every = self._names
        trusted = trust_of([*(one for group in ranked for one in group), *self.apart()])
        return replace(
            trusted,
            search=self.search_weights(every),
            score=self.score_weights(every),
            decisive=self._decisive_weights(every),
        )

    def search_weights(self, names: Iterable[str]) -> dict[str, float]:
        """Fit the search on tables and made-up questions."""
        choices = [c for name in names for c in self._paths[name] if c is not None]
        choices += [c for c in self._made_paths if c is not None]
        return fit_choices(choices, WEIGHTS, self._search_penalty)

    def score_weights(self, names: Iterable[str]) -> dict[str, float]:
        """Fit the score on tables and made-up questions."""
        told = [*(one for name in names for one in self._seen[name]), *self._made_seen]
        choices = [
            Choice([r.features for r in one.readings], one.right, weight_of(one.question))
            for one in told
            if any(one.right)
        ]
        return fit(choices, self._penalty)

    def _others(self, part: Iterable[str]) -> list[str]:
        return [name for name in self._names if name not in set(part)]

    def _decisive_weights(self, names: Iterable[str]) -> tuple[float, ...]:
        """Fit the head that tells decisive words from harmless ones, on the labels of both."""
        words: list[tuple[str, bool]] = []
        for label in (q.label for name in names for q in self._by_table[name]):
            for phrases, is_decisive in ((label.harmless, False), (label.decisive, True)):
                words += [(w.casefold(), is_decisive) for phrase in phrases for w in phrase.split()]
        vectors = self._questions.embedding([word for word, _ in words])
        return fit_vectors(vectors, [is_decisive for _, is_decisive in words], penalty=2.0)

    def _head(self, names: Iterable[str]) -> Decisive:
        return Decisive(self._questions.embedding, self._decisive_weights(names))

    def _say(self, what: str) -> None:
        print(f"[{time.monotonic() - self._started:6.0f} s] {what}", flush=True)


def see_all(
    questions: Iterable[Question], weights: Weights, head: Decisive, *more: Proposer
) -> list[Seen]:
    """Explain all that the search, the edits and `more` propose for questions."""
    proposers: list[Proposer] = [Search(weights), Edits(weights), *more]
    return [see(proposed(q, proposers), head) for q in questions]


def trust_of(ranked: Sequence[Ranked]) -> Learned:
    """Fit how sure to be, on questions of tables that their weights had not seen. Plain made-up
    questions are among them: people's alone are so hard that nothing would ever be sure."""
    right = [one.right[0] for one in ranked]
    trust, mean, scale = fit_signs([one.signs for one in ranked], right)
    return Learned(trust=trust, trust_mean=mean, trust_scale=scale)


def outcome_of(ranked: Ranked, learned: Learned) -> Outcome:
    """Return what came out for a question."""
    linked = ranked.question.linked
    sure = probabilities(linked, ranked.readings, (), learned, ranked.signs)
    return Outcome(ranked.question.label, ranked.right, sure[0])


def ranked_by(seen: Iterable[Seen], weights: Weights, head: Decisive) -> list[Ranked]:
    """Rank what was seen of questions by weights; those without proposals are left out."""
    found = (rank_seen(one, weights, head) for one in seen)
    return [one for one in found if one is not None]
