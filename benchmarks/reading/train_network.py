"""Trains and measures the network that proposes readings. Training needs JAX
(`requirements-training.txt`); the rest does not.

python -m benchmarks.reading.train_network prepare --count 30000   # questions in numbers
python -m benchmarks.reading.train_network train --minutes 90      # JAX: requirements-training.txt
python -m benchmarks.reading.train_network measure
"""

import argparse
import itertools
import pickle
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.reading.generator.generate import questions
from benchmarks.reading.training.batches import Table
from benchmarks.reading.training.fit import Plan, fit
from benchmarks.reading.training.labelled import FOLDS, Material, as_is, plain, renamed, tables_but
from benchmarks.reading.training.measure import measured, rights
from benchmarks.reading.training.prepared import Preparer, Store, concept_names
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.network.weights import FILE, NetworkWeights, fresh, read
from cherry_reflex.llm.embedded.reading.linking.linker import Linker

LEXICON_MIN, LEXICON_MAX = 12, 1600
"""A word is in the lexicon when it occurs so often in training; the lexicon has so many words."""
PER_FILE = 2000


def main() -> None:
    """Run a command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", choices=("prepare", "prepare-labelled", "train", "measure"))
    parser.add_argument("--folder", type=Path, default=Path("build/network"))
    parser.add_argument("--count", type=int, default=30_000)
    parser.add_argument("--first", type=int, default=1, help="seed of the first file")
    parser.add_argument("--copies", type=int, default=3, help="of each labelled question, renamed")
    parser.add_argument("--held", type=int, default=0, help="part of the labelled tables held back")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--steps", type=int, default=40_000)
    parser.add_argument("--labelled-times", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--go-on", action="store_true", help="from the weights that there are")
    parser.add_argument("--weights", type=Path, default=FILE)
    parser.add_argument("--questions", type=int, default=300, help="generated ones to measure on")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.command == "train":
        train(asked)
        return
    embedding = Embedding()
    linker = Linker(embedding, ArrayCache(asked.folder / "vectors"))
    linker.load()
    if asked.command == "measure":
        measure(asked, embedding, linker)
    elif asked.command == "prepare":
        prepare(asked, embedding, linker)
    else:
        prepare_labelled(asked, embedding, linker)


def generated(
    seed: int, held_tables: bool = False, held_phrasings: bool = False
) -> Iterator[Material]:
    """Yield generated questions as material; questions of one table share its dataset."""
    known: tuple[Any, Dataset] | None = None
    for question in questions(seed, held_tables, held_phrasings):
        if known is None or known[0] is not question.table:
            known = (question.table, question.table.dataset)
        reading = plain(question.reading) if question.reading is not None else None
        yield Material(question.text, question.language, known[1], reading)


def prepare(asked: Any, embedding: Embedding, linker: Linker) -> None:
    """Write generated questions in numbers, `PER_FILE` a file."""
    for seed in range(asked.first, asked.first + -(-asked.count // PER_FILE)):
        path = asked.folder / f"generated-{seed:04d}.pickle"
        if path.exists():
            continue
        _write(path, embedding, linker, itertools.islice(generated(seed), PER_FILE))


def prepare_labelled(asked: Any, embedding: Embedding, linker: Linker) -> None:
    """Write the labelled questions in numbers, as they are and renamed, a file a part."""
    for part, tables in enumerate(FOLDS):
        rnd = random.Random(part)
        plain_ones = list(as_is(tables, asked.folder / "tables"))
        copies = [
            one
            for table in tables
            for _ in range(asked.copies)
            for one in renamed([m for m in plain_ones if m.dataset.name == table], rnd)
        ]
        _write(asked.folder / f"labelled-{part}.pickle", embedding, linker, [*plain_ones, *copies])


def _write(path: Path, embedding: Embedding, linker: Linker, material: Any) -> None:
    store, began = Store(), time.monotonic()
    Preparer(embedding, linker, store).add(material)
    path.with_suffix(".part").write_bytes(pickle.dumps(store, protocol=5))
    path.with_suffix(".part").rename(path)
    print(
        path.name,
        len(store.questions),
        dict(store.lost),
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )


def train(asked: Any) -> None:
    """Fit the network to what is prepared, and write its weights."""
    import numpy as np

    files = [(path, 1) for path in sorted(asked.folder.glob("generated-*.pickle"))]
    files += [
        (asked.folder / f"labelled-{part}.pickle", asked.labelled_times)
        for part in range(len(FOLDS))
        if part != asked.held
    ]
    known: dict[str, int] = {}
    vectors: list[Any] = []
    material: list[Any] = []
    for path, times in files:
        store = pickle.loads(path.read_bytes())
        moved = np.zeros(len(store.vectors) + 1, np.int32)
        for text, place in store.places.items():
            if text not in known:
                known[text] = len(vectors)
                vectors.append(store.vectors[place])
            moved[place] = known[text]
        moved[-1] = -1
        for one in store.questions:
            object.__setattr__(one, "words", moved[one.words])
            object.__setattr__(one, "names", moved[one.names])
        material += store.questions * times
    counts = Counter(text for one in material for text in one.texts)
    frequent = [text for text, n in counts.most_common(LEXICON_MAX) if n >= LEXICON_MIN]
    weights = read(asked.weights) if asked.go_on else fresh(concept_names(), ("", *frequent))
    places = {word: place for place, word in enumerate(weights.lexicon)}
    table = Table(np.stack(vectors), places, len(weights.concepts))
    size = sum(value.size for value in weights.numbers.values())
    print(f"{len(material)} questions, {len(places)} words, {size} weights", flush=True)
    plan = Plan(
        seconds=asked.minutes * 60,
        steps=asked.steps,
        rate=asked.rate,
        compiled=str(asked.folder.resolve() / "compiled"),
    )

    def save(fitted: NetworkWeights) -> None:
        fitted.write(asked.weights)

    fit(weights, material, table, plan, save, lambda line: print(line, flush=True))


def measure(asked: Any, embedding: Embedding, linker: Linker) -> None:
    """Print how often the network finds what was meant, on what it was not trained on."""
    network = Network(embedding, read(asked.weights))
    preparer = Preparer(embedding, linker, Store())

    def linked(material: Material, right: tuple[Reading, ...]) -> Any:
        view = preparer.view(material.dataset)
        return linker.link(material.text, material.language, view), material, right

    kinds = {
        "generated, new tables": (7001, False, False),
        "generated, held-out domains": (7002, True, False),
        "generated, held-out phrasings": (7003, False, True),
        "generated, both held out": (7004, True, True),
    }
    for name, (seed, tables, phrasings) in kinds.items():
        drawn = itertools.islice(generated(seed, tables, phrasings), asked.questions)
        found = measured(
            network, (linked(m, (m.reading,) if m.reading is not None else ()) for m in drawn)
        )
        for language, score in sorted(found.items()):
            print(f"{name} [{language}]: {score}", flush=True)
    parts = {"held": FOLDS[asked.held], "trained on": tables_but(asked.held)[:10]}
    for name, tables_of in parts.items():
        right = {t: rights(t) for t in tables_of}
        people = as_is(tables_of, asked.folder / "tables")
        found = measured(network, (linked(m, right[m.dataset.name][m.text]) for m in people))
        for language, score in sorted(found.items()):
            print(f"labelled, {name} tables [{language}]: {score}", flush=True)


if __name__ == "__main__":
    main()
