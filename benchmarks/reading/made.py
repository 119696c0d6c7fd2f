"""Made-up questions of the generator, linked as labelled ones are."""

import time
from itertools import islice

from benchmarks.reading.generator.generate import Question as Made
from benchmarks.reading.generator.generate import questions
from benchmarks.reading.generator.table import MadeTable
from benchmarks.reading.labels import Labelled
from benchmarks.reading.proposed import Question
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of

NOTHING = "nothing"
"""Why a made-up question has no answer: no reading says it, or its column is not in the table."""


def made_questions(
    count: int, seed: int, linker: Linker, embedding: Embedding, held: bool = False
) -> list[Question]:
    """Return `count` questions; `held` takes domains and phrasings that are kept for measuring."""
    found: list[Question] = []
    known: MadeTable | None = None
    view: TableView | None = None
    for number, made in enumerate(islice(questions(seed, held, held), count)):
        if view is None or made.table is not known:
            known, view = made.table, view_of(made.table.dataset, embedding)
        label = _label(made, f"made-{seed}-{number}")
        start = time.perf_counter()
        linked = linker.link(made.text, made.language, view)
        found.append(Question(label, linked, time.perf_counter() - start))
    return found


def _label(made: Made, name: str) -> Labelled:
    return Labelled(
        id=name,
        table=name.rpartition("-")[0],
        text=made.text,
        language=made.language,
        readings=(made.reading,) if made.reading is not None else (),
        why="" if made.reading is not None else NOTHING,
    )
