"""Measures that a request speaks of and the data does not have: some can be computed from what it
has (revenue from quantity and unit price), of the others people are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import NUMERIC
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.concepts import concepts_in, name_of
from cherry_reflex.llm.embedded.arguments.linking import link
from cherry_reflex.llm.embedded.arguments.span import overlap, plain, spans_of
from cherry_reflex.llm.embedded.encoder.embedding import Embedding


@dataclass(frozen=True)
class Derived:
    """A column that has to be made first."""

    name: str
    dataset: Dataset
    """What it is made from, as it will be: with the column."""
    request: str
    """What whoever makes it is asked."""


def missed(
    embedding: Embedding, asked: str, datasets: Sequence[Dataset], language: Language
) -> dict[str, str]:
    """Return the measures that are spoken of and that no dataset has a column for: concept ->
    what people call it."""
    spans = spans_of(asked)
    concepts = concepts_in(embedding, [span.text for span in spans])
    measures = knowledge.read("measures")
    spoken = [(s, name) for s, name in zip(spans, concepts, strict=True) if name in measures]
    if not spoken or not datasets:
        return {}
    links = [link(embedding, asked, dataset) for dataset in datasets]
    taken = [m.span for one in links for m in one.mentions]
    taken += [c.span for one in links for c in one.conditions]
    named = [plain(column.name) for dataset in datasets for column in dataset.columns]
    there = concepts_in(embedding, named)
    return {
        name: name_of(name, language)
        for span, name in spoken
        if name not in there and not any(overlap(span, other) for other in taken)
    }


def derived(
    embedding: Embedding, missing: dict[str, str], datasets: Sequence[Dataset], language: Language
) -> Derived | None:
    """Return the first of the `missing` measures that one of the datasets can be given."""
    for formula in knowledge.read("formulas"):
        name = missing.get(formula["made"])
        for dataset in datasets if name else ():
            columns = _columns(embedding, dataset)
            parts = [columns[part] for part in formula["of"] if part in columns]
            if name is None or len(parts) < len(formula["of"]):
                continue
            first, second = (part.name for part in parts)
            request = text(
                f"embedded.derive.{formula['how']}", language, first=first, second=second, name=name
            )
            column = Column(name=name, type="number", dtype="DOUBLE", distinct=dataset.rows)
            wider = dataset.model_copy(update={"columns": (*dataset.columns, column)})
            return Derived(name, wider, request)
    return None


def _columns(embedding: Embedding, dataset: Dataset) -> dict[str, Column]:
    """Return a numeric column of each concept that has one."""
    numbers = [column for column in dataset.columns if column.type in NUMERIC]
    concepts = concepts_in(embedding, [plain(column.name) for column in numbers])
    return dict(zip(concepts, numbers, strict=True))
