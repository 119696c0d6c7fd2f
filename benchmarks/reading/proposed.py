"""The labelled questions, linked and with what is proposed for them: kept between runs."""

import hashlib
import pickle
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reading.agreement import same
from benchmarks.reading.datasets import dataset_of
from benchmarks.reading.labels import Labelled, labelled
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.proposal import Proposal, Proposer
from cherry_reflex.llm.embedded.reading.view import view_of

ROOT = Path(__file__).parents[2]
EMBEDDED = ROOT / "cherry_reflex" / "llm" / "embedded"
READING = EMBEDDED / "reading"
MOST = 200


@dataclass(frozen=True)
class Question:
    """A labelled question with all that its words may mean."""

    label: Labelled
    linked: Linked
    linking_s: float


@dataclass(frozen=True)
class Proposed:
    """A question with what is proposed for it; `right` says of each whether it is what was
    asked."""

    label: Labelled
    linked: Linked
    proposals: tuple[Proposal, ...]
    right: tuple[bool, ...]
    linking_s: float
    proposing_s: float


class Questions:
    """Links the questions of tables; they are kept in a folder until the code of linking, its
    words, or the labels change."""

    def __init__(self, folder: Path, embedding: Embedding | None = None) -> None:
        self._folder = folder
        self.embedding = embedding or Embedding()
        self._linker = Linker(self.embedding)
        self._version = _digest(
            [
                *(p for p in sorted(READING.rglob("*.py")) if _is_linking(p)),
                *sorted((EMBEDDED / "knowledge").rglob("*.json")),
                *sorted((ROOT / "cherry_reflex" / "core" / "reading").glob("*.py")),
                *(Path(__file__).parent / n for n in ("labels.py", "datasets.py")),
            ]
        )

    def of(self, table: str) -> list[Question]:
        """Return the questions of a table, linked."""
        found: list[Question] = _kept(
            self._folder, f"linked-{table}", self._version, lambda: self._linked(table)
        )
        return found

    def made(self, count: int, seed: int, held: bool = False) -> list[Question]:
        """Return made-up questions, linked."""
        from benchmarks.reading.made import made_questions

        name = f"made-{seed}-{count}-{held}"
        found: list[Question] = _kept(
            self._folder,
            name,
            self._version,
            lambda: made_questions(count, seed, self._linker, self.embedding, held),
        )
        return found

    def _linked(self, table: str) -> list[Question]:
        self._linker.load()
        view = view_of(dataset_of(table, self._folder / "tables"), self.embedding)
        questions = []
        for label in labelled(table):
            start = time.perf_counter()
            linked = self._linker.link(label.text, label.language, view)
            questions.append(Question(label, linked, time.perf_counter() - start))
        return questions


def proposed(question: Question, proposers: Sequence[Proposer]) -> Proposed:
    """Return a question with what is proposed for it."""
    start = time.perf_counter()
    proposals = [
        proposal
        for proposer in proposers
        for proposal in proposer.propose(question.linked, question.label.before, MOST)
    ]
    proposing_s = time.perf_counter() - start
    are = rights(question.label, {p.reading for p in proposals})
    right = tuple(are[p.reading] for p in proposals)
    return Proposed(
        question.label, question.linked, tuple(proposals), right, question.linking_s, proposing_s
    )


def rights(label: Labelled, readings: Iterable[Reading]) -> dict[Reading, bool]:
    """Return for each reading whether it is what a question asks for."""
    if not label.readings:
        return dict.fromkeys(readings, False)
    return {reading: same(reading, label) for reading in readings}


def _is_linking(path: Path) -> bool:
    others = ("search", "explanation", "score", "edit", "trust.py", "reader.py")
    return not any(part in others for part in path.relative_to(READING).parts)


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _kept(folder: Path, name: str, version: str, make: Any) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    made = make()
    for old in folder.glob(f"{name}-*.pickle"):
        old.unlink()
    path.write_bytes(pickle.dumps(made))
    return made
