"""Questions worth asking about datasets, from what their columns allow."""

from collections.abc import Iterator, Sequence

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.arguments.alternative import is_level
from cherry_reflex.llm.embedded.arguments.span import is_key
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

GROUPS_MAX = 30
COLUMNS_EACH = 3
VARIETY = 0.7


def suggestions(embedding: Embedding, question: Question, most: int) -> list[str]:
    """Return up to `most` questions, unlike each other and unlike what was asked before; those
    near to the question at hand first, if there is one."""
    import numpy as np

    found = list(
        dict.fromkeys(
            asked
            for dataset in question.datasets
            for asked in _of(embedding, dataset, question.language)
        )
    )
    if not found:
        return []
    vectors = embedding(found)
    worth = np.linspace(0.3, 0.0, len(found))
    if question.text.strip():
        worth = worth + vectors @ embedding([question.text])[0]
    asked = [turn.question for turn in question.history if turn.question.strip()]
    against = embedding(asked)
    chosen: list[int] = []
    while len(chosen) < min(most, len(found)):
        seen = np.vstack([against, vectors[chosen]])
        repeats = (vectors @ seen.T).max(axis=1) if len(seen) else np.zeros(len(found))
        score = worth - VARIETY * repeats
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score)))
    return [found[n] for n in chosen]


def another_total(embedding: Embedding, question: Question) -> str:
    """Return a question for totals of the second amount by the last group: not what comes to
    planner first. Empty where the data has nothing for it (rates are not added up)."""
    for dataset in question.datasets:
        measures, groups = _measures(dataset), _groups(dataset)
        measures = [c for c in measures if not is_level(embedding, c)]
        if measures and groups:
            names = {"measure": measures[:2][-1].name, "group": groups[-1].name}
            return text("embedded.suggest.total", question.language, **names)
    return ""


def _groups(dataset: Dataset) -> list[Column]:
    return [
        c
        for c in dataset.columns
        if c.type in ("category", "boolean", "text") and 2 <= c.distinct <= GROUPS_MAX
    ][:COLUMNS_EACH]


def _of(embedding: Embedding, dataset: Dataset, language: Language) -> Iterator[str]:
    """Yield candidates, the most generally useful first. Rates and levels are not added up."""
    measures = _measures(dataset)
    amounts = [c for c in measures if not is_level(embedding, c)]
    measures.sort(key=lambda c: c not in amounts)
    groups = _groups(dataset)
    dated = any(c.type in TEMPORAL for c in dataset.columns)

    def ask(key: str, **columns: Column) -> str:
        names = {slot: column.name for slot, column in columns.items()}
        return text(f"embedded.suggest.{key}", language, **names)

    yield ask("analyse")
    for measure, group in _pairs(measures, groups):
        if measure in amounts:
            yield ask("total", measure=measure, group=group)
        if dated:
            yield ask("trend", measure=measure)
        yield ask("compare", measure=measure, group=group)
        yield ask("rank", measure=measure, group=group)
    for measure, other in _pairs(measures, measures):
        if measure is not other:
            yield ask("relation", measure=measure, other=other)
    for measure in measures:
        yield ask("distribution", measure=measure)
        if dated:
            yield ask("trend", measure=measure)
    for column in dataset.columns:
        if column.missing:
            yield ask("missing", column=column)
            break
    for group, other in _pairs(groups, groups):
        if group is not other:
            yield ask("cross", group=group, other=other)
            break


def _measures(dataset: Dataset) -> list[Column]:
    numbers = [c for c in dataset.columns if c.type in NUMERIC and not is_key(c, dataset.rows)]
    numbers.sort(key=lambda c: (c.type != "number", -c.distinct))
    return numbers[:COLUMNS_EACH]


def _pairs(ones: Sequence[Column], others: Sequence[Column]) -> Iterator[tuple[Column, Column]]:
    """Yield pairs along the diagonals, so that each column comes early once."""
    for shift in range(max(len(ones), len(others), 1)):
        for n, one in enumerate(ones):
            if n + shift < len(others):
                yield one, others[n + shift]
