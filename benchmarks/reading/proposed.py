"""The labelled questions, linked and with what is proposed for them: kept between runs."""

import hashlib
import pickle
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading.agreement import same
from benchmarks.reading.datasets import dataset_of
from benchmarks.reading.labels import Labelled, labelled
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import Linked, TableView
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.proposal import Proposal, Proposer
from cherry_reflex.llm.embedded.reading.view import view_of

MOST = 200


@dataclass(frozen=True)
class Proposed:
    """A labelled question with its candidates and proposals; `right` says of each whether it is
    what was asked. Seconds are those of linking and of proposing."""

    label: Labelled
    linked: Linked
    proposals: tuple[Proposal, ...]
    right: tuple[bool, ...]
    linking_s: float
    proposing_s: float


class Proposals:
    """Links and proposes; what it made of a table is kept in a folder until the code changes."""

    def __init__(
        self, folder: Path, proposers: Sequence[Proposer], embedding: Embedding | None = None
    ) -> None:
        self._folder = folder
        self._proposers = proposers
        self._embedding = embedding or Embedding()
        self._linker = Linker(self._embedding)

    @property
    def embedding(self) -> Embedding:
        """The encoder that it links with."""
        return self._embedding

    def of(self, tables: Iterable[str]) -> list[Proposed]:
        """Return the questions of tables."""
        return [one for table in tables for one in self._kept(table)]

    def _kept(self, table: str) -> list[Proposed]:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{table}-{_version()}.pickle"
        if path.exists():
            found: list[Proposed] = pickle.loads(path.read_bytes())
            return found
        made = self._made(table)
        for old in self._folder.glob(f"{table}-*.pickle"):
            old.unlink()
        path.write_bytes(pickle.dumps(made))
        return made

    def _made(self, table: str) -> list[Proposed]:
        view = view_of(dataset_of(table, self._folder / "tables"), self._embedding)
        return [self._one(label, view) for label in labelled(table)]

    def _one(self, label: Labelled, view: TableView) -> Proposed:
        start = time.perf_counter()
        linked = self._linker.link(label.text, label.language, view)
        linked_at = time.perf_counter()
        proposals = [
            proposal
            for proposer in self._proposers
            for proposal in proposer.propose(linked, label.before, MOST)
        ]
        end = time.perf_counter()
        right = tuple(same(proposal.reading, label) for proposal in proposals)
        return Proposed(label, linked, tuple(proposals), right, linked_at - start, end - linked_at)


def _version() -> str:
    """The digest of the code and the data that proposals depend on."""
    root = Path(__file__).parents[2]
    embedded = root / "cherry_reflex" / "llm" / "embedded"
    files = [
        *sorted((embedded / "reading").rglob("*.py")),
        *sorted((embedded / "network").rglob("*.py")),
        *sorted((embedded / "knowledge").rglob("*.json")),
        *sorted((root / "cherry_reflex" / "core" / "reading").glob("*.py")),
        *(Path(__file__).parent / name for name in ("labels.py", "agreement.py", "datasets.py")),
    ]
    skipped = ("explanation", "score", "trust.py", "reader.py")
    found = hashlib.sha256()
    for path in files:
        if not any(part in skipped for part in path.parts):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
