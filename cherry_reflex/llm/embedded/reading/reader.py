"""Reads questions: links their words, gathers proposals, ranks them, says how sure it is."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from cherry_reflex.analysis.reading.check import fits
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.folding import folded, singular
from cherry_reflex.llm.embedded.reading.joining.joined import Joined, counts_rows, joined
from cherry_reflex.llm.embedded.reading.joining.keys import words_of
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.proposal import Judged, Proposer, Readings, Weigher
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.opinion import with_opinion
from cherry_reflex.llm.embedded.reading.score.score import Scored, rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned, load
from cherry_reflex.llm.embedded.reading.trust import probabilities
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.reading.vocabulary import by_name, by_phrase

BEST = 5
"""Readings that are returned."""
CHECKED = 30
"""So many readings that can be run tell how sure the best one is."""
LEFT_OUT = 0.5
"""What is left of the probability of a reading without a table that the question names."""
_WORD = re.compile(r"\w+")
PROPOSED = 200
"""Readings that are asked for of each proposer."""


class Reader:
    """Finds what a question asks of a table. `proposers` are asked all; `weigher` gives a second
    opinion of the best readings; without weights it uses what was learned
    (`knowledge/reading.npz`)."""

    def __init__(
        self,
        views: Views,
        proposers: Sequence[Proposer],
        learned: Learned | None = None,
        weigher: Weigher | None = None,
    ) -> None:
        self._views = views
        self._proposers = tuple(proposers)
        self._learned = learned if learned is not None else load()
        self._linker = Linker(views.embedding, views.array_cache)
        self._weigher = weigher
        self._decisive = Decisive(views.embedding, self._learned.decisive)

    def load(self) -> None:
        """Compute what every question is compared with, or read it where it is kept."""
        self._linker.load()

    def read(
        self,
        text: str,
        language: Language,
        datasets: Sequence[Dataset],
        before: Reading | None = None,
    ) -> Readings:
        """Return the best readings, most probable first. Of several tables that one is read whose
        best reading is most probable; its readings name it. `before` is the confirmed reading
        that the question may change: it counts for its own table alone."""
        whole = joined(datasets)
        # A table whose rows are looked up in others is read with their columns.
        alone = [one for one in datasets if all(one.id != other.base.id for other in whole)]
        found = [self._joined(text, language, one, before) for one in whole]
        found += [self._read(text, language, dataset, before) for dataset in alone]
        if not found:
            return Readings(elsewhere=1.0)
        if len(datasets) > 1:
            named = {one.name for one in datasets if _is_named(one, text)}
            found = [_less(one, named, before) for one in found]
        return max(found, key=lambda one: one.best[0].probability if one.best else 0.0)

    def _read(
        self,
        text: str,
        language: Language,
        dataset: Dataset,
        before: Reading | None,
    ) -> Readings:
        own = before if before is None or before.dataset in ("", dataset.name) else None
        linked = self._linker.link(text, language, self._views.of(dataset))
        found = self.judged(linked, own)
        best = tuple(
            replace(one, reading=one.reading.model_copy(update={"dataset": dataset.name}))
            for one in found.best
        )
        return replace(found, best=best)

    def _joined(
        self, text: str, language: Language, tables: Joined, before: Reading | None
    ) -> Readings:
        own = before if before is not None and before.dataset == tables.base.name else None
        linked = self._linker.link(text, language, self._views.of(tables.dataset, tables.index))
        found = self.judged(linked, tables.whole(own) if own is not None else None)
        best = tuple(
            replace(
                one,
                reading=tables.plain(one.reading),
                # What a word means is remembered for a table with its own columns.
                words={w: c for w, c in one.words.items() if tables.base.column(c)},
            )
            for one in found.best
        )
        return replace(found, best=best)

    def judged(self, linked: Linked, before: Reading | None = None, most: int = BEST) -> Readings:
        """Return the best readings of a linked question, at most `most`, most probable first."""
        ranked = list(islice(_running(linked, self.ranked(linked, before)), max(most, CHECKED)))
        sure = probabilities(linked, ranked, self._decisive.of(linked), self._learned)
        best = tuple(
            Judged(
                scored.reading,
                probability,
                scored.explanation.left_words(linked),
                scored.explanation.words(linked),
            )
            for scored, probability in zip(ranked[:most], sure, strict=False)
        )
        return Readings(best, max(0.0, 1.0 - sum(sure)))

    def ranked(self, linked: Linked, before: Reading | None = None) -> list[Scored]:
        """Return what is proposed for a linked question, the best first: everything, or, where a
        second opinion is asked, the best."""
        proposals = [
            proposal
            for proposer in self._proposers
            for proposal in proposer.propose(linked, before, PROPOSED)
        ]
        decisive = self._decisive.of(linked)
        ranked = rank(linked, proposals, self._learned.score, decisive, before)
        # Who gives the opinion knows questions that stand alone.
        if self._weigher is None or not self._learned.opinion or before is not None:
            return ranked
        return with_opinion(linked, ranked, self._weigher, self._learned.opinion)


def _running(linked: Linked, ranked: Sequence[Scored]) -> Iterator[Scored]:
    """Yield the readings that can be run."""
    dataset = linked.view.dataset
    for scored in ranked:
        plain = scored.reading.model_copy(update={"dataset": ""})
        if fits(plain, dataset):
            yield scored


def _is_named(dataset: Dataset, text: str) -> bool:
    """Whether a question has the words of a table's name, in either language."""
    said = {singular(folded(word)) for word in _WORD.findall(text)}
    name = words_of(dataset)
    if said >= set(map(singular, name)):
        return True
    groups = by_phrase().get(singular(folded("".join(name))), ())
    phrases = [phrase for group in groups for phrase in by_name()[group].phrases]
    return any(singular(folded(one)) in said if one.isascii() else one in text for one in phrases)


def _less(readings: Readings, named: Collection[str], before: Reading | None) -> Readings:
    """Return readings, those less probable that leave out a table which the question names, count
    the rows of another one, or leave the table of the confirmed reading without its being said."""

    def is_less(reading: Reading) -> bool:
        known = {reading.dataset, *(join.dataset for join in reading.joins)}
        if before is not None and not named and before.dataset not in ("", reading.dataset):
            return True
        if not named:
            return False
        return not known.issuperset(named) or (
            counts_rows(reading) and reading.dataset not in named
        )

    best = (
        replace(one, probability=one.probability * LEFT_OUT) if is_less(one.reading) else one
        for one in readings.best
    )
    ranked = tuple(sorted(best, key=lambda one: -one.probability))
    return Readings(ranked, max(0.0, 1.0 - sum(one.probability for one in ranked)))
