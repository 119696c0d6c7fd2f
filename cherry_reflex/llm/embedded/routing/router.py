"""Who should work on a request: a head fitted on the workers' own words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.classifier import Head
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.folding import is_hangul
from cherry_reflex.llm.embedded.routing.fitting import head_of
from cherry_reflex.llm.embedded.routing.splitting import Part, parts_of
from cherry_reflex.llm.embedded.routing.workers import Worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

SURE = 0.5
"""Score from which a worker is taken besides the best one."""
NEAR_BEST = 0.95
"""Share of the best score that another worker needs."""
FOLLOWING = 0.8
BROAD = 0.5
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
        self,
        embedding: Embedding,
        workers: tuple[Worker, ...],
        array_cache: ArrayCache | None = None,
        left: Collection[str] = (),
    ) -> None:
        """`left` are those of the known requests that it must not learn from."""
        self._embedding = embedding
        self._array_cache = array_cache
        self.workers = workers
        self._head = head_of(embedding, workers, array_cache, left) if workers else None

    @cached_property
    def roles(self) -> dict[str, str]:
        """Worker reference -> what its results are to others: source, prepare, analyse, report."""
        import numpy as np

        texts = knowledge.read("roles")
        self._embedding.learn([worker.description for worker in self.workers], self._array_cache)
        said = self._embedding([text for role in ROLES for text in texts[role]])
        place = np.array([n for n, role in enumerate(ROLES) for _ in texts[role]])
        labels = np.eye(len(ROLES), dtype=np.float32)[place]
        scores = Head.fit(said, labels)(self._embedding([w.description for w in self.workers]))
        return {
            worker.ref: ROLES[int(row.argmax())]
            for worker, row in zip(self.workers, scores, strict=True)
        }

    def choose(
        self, text: str, datasets: Sequence[Dataset] = (), language: Language = ENGLISH
    ) -> tuple[Choice, ...]:
        """Return who should work, best first within each part; one function a server and part.
        A request for everything is also taken apart into the things that are usually wanted."""
        import numpy as np

        if self._head is None or not text.strip():
            return ()
        whole = self._embedding.read([text])
        scores = self._head(whole)[0]
        parts = [(text, scores)]
        broad = is_broad(self._embedding, text)
        if not broad:
            parts = [(part.text, part.row) for part in self._parts(text, datasets)]
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
        # Everybody gets an own side of the question, so that no two show the same; nobody changes
        # data unasked.
        sides: list[Choice] = []
        for choice in [*self._agenda(language), *found]:
            if self.roles[choice.worker.ref] != "prepare" and all(
                choice.worker.group != other.worker.group for other in sides
            ):
                sides.append(choice)
        return tuple(sides)

    def skill(self, worker: Worker, language: Language) -> str:
        """Return in a few words what a worker does best."""
        assert self._head is not None
        known = [skill["ko" if language == "ko" else "en"] for skill in knowledge.read("skills")]
        place = self.workers.index(worker)
        return str(known[int(self._head(self._embedding.read(known))[:, place].argmax())])

    def example(self, worker: Worker, text: str, language: Language) -> str:
        """Return the example on a worker's card that is closest to a text: one in the asker's
        language, where there is one."""
        own = [told for told in worker.examples if is_hangul(told) == (language == KOREAN)]
        examples = own or worker.examples
        vectors = self._embedding([text, *examples])
        return examples[int((vectors[1:] @ vectors[0]).argmax())]

    def _rivals(self, choice: Choice, worker: Worker, part: int) -> bool:
        """Whether a choice leaves no room for a worker: one function a server for each part,
        nobody twice, and one who changes the data (two would make rival versions of it)."""
        if choice.worker == worker or choice.part != part:
            return choice.worker == worker
        preparing = self.roles[choice.worker.ref] == self.roles[worker.ref] == "prepare"
        return preparing or choice.worker.group == worker.group

    def _agenda(self, language: Language) -> Iterator[Choice]:
        """Yield who is best at each thing that belongs to an analysis of everything."""
        assert self._head is not None
        items = knowledge.read("agenda")
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
            share = FOLLOWING if number else 1.0
            rows += [share * part.row for part in self._parts(line)]
        best = np.max(rows, axis=0) if rows else np.zeros(len(self.workers))
        return {w.ref: float(s) for w, s in zip(self.workers, best, strict=True)}

    def _parts(self, text: str, datasets: Sequence[Dataset] = ()) -> tuple[Part, ...]:
        assert self._head is not None
        groups = [worker.group for worker in self.workers]
        names = {column.name for dataset in datasets for column in dataset.columns}
        return parts_of(self._embedding, self._head, groups, text, names)


def is_broad(embedding: Embedding, text: str) -> bool:
    """Return whether a request leaves open what is to be found, so that everybody is wanted."""
    return bool(knowledge.load().wide(embedding.read([text]))[0, 1] >= BROAD)
