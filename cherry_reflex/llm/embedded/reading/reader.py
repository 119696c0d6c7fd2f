"""Reads questions: links their words, gathers proposals, ranks them, says how sure it is."""

from collections.abc import Sequence
from dataclasses import replace

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.proposal import Judged, Proposer, Readings, Weigher
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.opinion import with_opinion
from cherry_reflex.llm.embedded.reading.score.score import Scored, rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned, load
from cherry_reflex.llm.embedded.reading.trust import probabilities
from cherry_reflex.llm.embedded.reading.views import Views

BEST = 5
"""Readings that are returned."""
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
        found = [self._read(text, language, dataset, before) for dataset in datasets]
        if not found:
            return Readings(elsewhere=1.0)
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

    def judged(self, linked: Linked, before: Reading | None = None, most: int = BEST) -> Readings:
        """Return the best readings of a linked question, at most `most`, most probable first."""
        ranked = self.ranked(linked, before)
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
