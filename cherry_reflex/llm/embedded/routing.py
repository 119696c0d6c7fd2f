"""Who should work on a request: a head fitted on the workers' own words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.llm.embedded import lore
from cherry_reflex.llm.embedded.embedding import Embedding
from cherry_reflex.llm.embedded.head import Head
from cherry_reflex.llm.embedded.shelf import Shelf
from cherry_reflex.llm.embedded.teaching import head_of
from cherry_reflex.llm.embedded.team import Worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

SURE = 0.5
"""Score from which a worker is taken besides the best one."""
NEAR_BEST = 0.8
"""Share of the best score that another worker needs."""
SEVERAL, SEVERAL_SURE = 0.1, 0.5
"""Probability from which a request is cut into two; from which it is at a pause, in any case."""
FOLLOWING = 0.8
PAUSES, PAUSE = ",;:.?!。", 0.1
"""A cut at a pause is worth this much more."""
SENTENCE_ENDS = ".?!;。"
CUTS = 2
PART_SURE = 0.3
CUT_DOUBTFUL, CUT_SLOPE, CUT_LEAST = 1.2, 0.4, 0.6
"""How sure both parts must be, as a share of the request as a whole: less, the surer it is that
several things are asked."""
BROAD = 0.5
WORDS_MAX = 40
"""Longer requests are only cut at every n-th word, so that at most this many cuts are tried."""
ROLES = ("source", "prepare", "analyse", "report")


@dataclass(frozen=True)
class Choice:
    """A worker for a part of the request; `part` counts the parts in their order."""

    worker: Worker
    score: float
    part: int
    text: str
    usual: bool = False
    """Not asked for in so many words: it belongs to an analysis of everything."""
    another: bool = False
    """It would repeat what others show, if it were asked for the same."""


class Router:
    """Chooses among the workers of one roster: in about 30 ms, once the head is there."""

    def __init__(
        self, embedding: Embedding, workers: tuple[Worker, ...], shelf: Shelf | None = None
    ) -> None:
        self._embedding = embedding
        self._shelf = shelf
        self.workers = workers
        self._head = head_of(embedding, workers, shelf) if workers else None

    @cached_property
    def roles(self) -> dict[str, str]:
        """Worker reference -> what its results are to others: source, prepare, analyse, report."""
        import numpy as np

        texts = lore.read("roles")
        self._embedding.learn([worker.description for worker in self.workers], self._shelf)
        said = self._embedding([text for role in ROLES for text in texts[role]])
        place = np.array([n for n, role in enumerate(ROLES) for _ in texts[role]])
        labels = np.eye(len(ROLES), dtype=np.float32)[place]
        scores = Head.fit(said, labels)(self._embedding([w.description for w in self.workers]))
        return {
            worker.ref: ROLES[int(row.argmax())]
            for worker, row in zip(self.workers, scores, strict=True)
        }

    def choose(
        self, text: str, datasets: Sequence[Dataset] = (), language: str = "en"
    ) -> tuple[Choice, ...]:
        """Return who should work, best first within each part; one function a server and part.
        A request for everything is also taken apart into the things that are usually wanted."""
        import numpy as np

        if self._head is None or not text.strip():
            return ()
        whole = self._embedding.read([text])
        scores = self._head(whole)[0]
        parts = [(text, scores)]
        broad = bool(lore.load().wide(whole)[0, 1] >= BROAD)
        if not broad:
            parts = self._parts(text, scores, CUTS)
        found: list[Choice] = []
        for number, (part, row) in enumerate(parts):
            best = float(row.max())
            wanted = [int(np.argmax(row))] + [
                int(n) for n in np.argsort(-row) if row[n] >= max(SURE, NEAR_BEST * best)
            ]
            for place in wanted:
                worker = self.workers[place]
                if not any(self._rivals(choice, worker, number) for choice in found):
                    found.append(Choice(worker, float(row[place]), number, part))
        if not broad:
            return tuple(found)
        # Everybody gets an own side of the question, so that no two show the same.
        sides: list[Choice] = []
        for choice in [*self._agenda(datasets, language), *found]:
            if all(choice.worker.group != other.worker.group for other in sides):
                sides.append(choice)
        return tuple(sides)

    def craft(self, worker: Worker, language: str) -> str:
        """Return in a few words what a worker does best."""
        assert self._head is not None
        known = [craft["ko" if language == "ko" else "en"] for craft in lore.read("crafts")]
        place = self.workers.index(worker)
        return str(known[int(self._head(self._embedding.read(known))[:, place].argmax())])

    def _rivals(self, choice: Choice, worker: Worker, part: int) -> bool:
        """Whether a choice leaves no room for a worker: one function a server for each part,
        nobody twice, and one who changes the data (two would make rival versions of it)."""
        if choice.worker == worker or choice.part != part:
            return choice.worker == worker
        preparing = self.roles[choice.worker.ref] == self.roles[worker.ref] == "prepare"
        return preparing or choice.worker.group == worker.group

    def _agenda(self, datasets: Sequence[Dataset], language: str) -> Iterator[Choice]:
        """Yield who is best at each thing that belongs to an analysis of everything."""
        assert self._head is not None
        gaps = any(column.missing for dataset in datasets for column in dataset.columns)
        items = [
            item
            for item in lore.read("agenda")
            if item.get("needs") in (None, "missing" if gaps or not datasets else "complete")
        ]
        wanted = [item["ko" if language == "ko" else "en"] for item in items]
        rows = self._head(self._embedding.read(wanted))
        for item, text, row in zip(items, wanted, rows, strict=True):
            place = int(row.argmax())
            if row[place] >= SURE:
                yield Choice(
                    self.workers[place],
                    float(row[place]),
                    0,
                    text,
                    usual=True,
                    another=item.get("another", False),
                )

    def scores(self, text: str) -> dict[str, float]:
        """Return every worker's score for a text: of several parts or lines, the best counts; a
        line that follows another only adds to it."""
        import numpy as np

        if self._head is None:
            return {}
        rows = []
        for number, line in enumerate(line for line in text.splitlines() if line.strip()):
            whole = self._head(self._embedding.read([line]))[0]
            share = FOLLOWING if number else 1.0
            rows += [share * row for _, row in self._parts(line, whole, CUTS)]
        best = np.max(rows, axis=0) if rows else np.zeros(len(self.workers))
        return {w.ref: float(s) for w, s in zip(self.workers, best, strict=True)}

    def _parts(self, text: str, whole: "Matrix", cuts: int) -> list[tuple[str, "Matrix"]]:
        """Return the request, cut where it asks for several things (each half once more)."""
        chance = float(lore.load().several(self._embedding.read([text]))[0, 0])
        several = chance >= SEVERAL
        words = text.split()
        ends = [n for n, word in enumerate(words[:-1], 1) if word[-1] in SENTENCE_ENDS]
        if cuts == 0 or not (several or ends):
            return [(text, whole)]
        least = float(whole.max()) * min(1.0, max(CUT_LEAST, CUT_DOUBTFUL - CUT_SLOPE * chance))
        paused = PART_SURE if chance >= SEVERAL_SURE else least
        halves = self._cut(words, least, paused, ends if ends and not several else None)
        if halves is None:
            return [(text, whole)]
        return [part for half, row in halves for part in self._parts(half, row, cuts - 1)]

    def _cut(
        self, words: list[str], least: float, paused: float, places: list[int] | None
    ) -> list[tuple[str, "Matrix"]] | None:
        """Return two parts if different workers are at least that sure of them (`paused`: where
        the request pauses)."""
        assert self._head is not None
        shortest = 2 if len(words) > 4 else 1
        step = max(1, len(words) // WORDS_MAX)
        cuts = places or range(shortest, len(words) - shortest + 1, step)
        halves = [(" ".join(words[:cut]).rstrip(PAUSES[:2]), " ".join(words[cut:])) for cut in cuts]
        if not halves:
            return None
        rows = self._head(self._embedding.read([half for pair in halves for half in pair]))
        best, found = 0.0, None
        for n, ((left, right), cut) in enumerate(zip(halves, cuts, strict=True)):
            one, two = rows[2 * n], rows[2 * n + 1]
            first, second = self.workers[one.argmax()], self.workers[two.argmax()]
            pauses = words[cut - 1][-1] in PAUSES
            sure = float(min(one.max(), two.max())) + (PAUSE if pauses else 0.0)
            enough = sure >= max(PART_SURE, paused if pauses else least)
            if first.group != second.group and enough and sure >= best:
                best, found = sure, [(left, one), (right, two)]
        return found
