"""Which operations answer a request, with their arguments."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from itertools import islice, permutations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.planner import Question
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.filling import Filler
from cherry_reflex.llm.embedded.arguments.slot import Slot, slots_of
from cherry_reflex.llm.embedded.dialogue.context import turns_of
from cherry_reflex.llm.embedded.dialogue.follow_up import FollowUp, wish_of
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.workers import Worker

SURE = 0.5
NEAR_BEST = 0.85
OPEN = 0.5
EQUAL = 0.9
OPEN_SCORE = 0.08
"""An open request also gets operations that are only this likely."""
TURNS = 3
PLACES_MAX = 24
CANDIDATES = 2
"""Columns that are tried for an argument that was left open."""
KEPT = 32


class Chooser:
    """Chooses operations by a head fitted on their own examples (kept per set of operations)."""

    def __init__(self, embedding: Embedding, array_cache: ArrayCache | None = None) -> None:
        self._embedding = embedding
        self._array_cache = array_cache
        self._routers: OrderedDict[tuple[type[Operation], ...], Router] = OrderedDict()

    def choose(
        self, question: Question, text: str, operations: Sequence[type[Operation]], most: int
    ) -> list[Operation]:
        """Return 1 to `most` operations that fit the data. An open request gets several views.

        Raises BadInput of the likeliest operation when none fits (`arguments_missing`,
        `column_type`, …).
        """
        asked, later = turns_of(self._embedding, text)
        found = self._fresh(question, asked if later else text, operations, most)
        for line in later:
            asked += f"\n{line}"
            found = self._followed(question, asked, line, found, operations, most)
        return found

    def _followed(
        self,
        question: Question,
        text: str,
        latest: str,
        before: Sequence[Operation],
        operations: Sequence[type[Operation]],
        most: int,
    ) -> list[Operation]:
        """Return the operations with what a follow-up changes; others where it wants others, or
        where nothing of it fits."""
        wish = wish_of(self._embedding, latest)
        if wish in ("chart", "table", "other"):
            fresh = self._fresh(question, text, operations, most)
            if {type(made) for made in fresh} != {type(made) for made in before}:
                return fresh
        change = FollowUp(self._embedding, latest, question.language, question.datasets)
        tables = Tables(datasets=question.datasets, folder=Path())
        found: list[Operation] = []
        for made in before:
            kind = type(made)
            arguments = made.model_dump(mode="json", exclude_defaults=True)
            try:
                changed = kind.model_validate(change.of(arguments, kind.model_json_schema()))
                changed.check(tables)
            except (ValidationError, BadInput):
                continue
            if changed not in found and not _tried(changed, question):
                found.append(changed)
        return found or self._fresh(question, text, operations, most)

    def _fresh(
        self, question: Question, text: str, operations: Sequence[type[Operation]], most: int
    ) -> list[Operation]:
        scores = self._scores(text, operations)
        ranked = sorted(operations, key=lambda kind: -scores[kind.name])
        best = scores[ranked[0].name]
        is_open = bool(knowledge.load().wide(self._embedding([text]))[0, 0] >= OPEN)
        least = OPEN_SCORE if is_open else max(SURE, NEAR_BEST * best)
        wanted = [kind for kind in ranked if kind is ranked[0] or scores[kind.name] >= least]
        if is_open:
            usual = self._usual(operations)
            wanted.sort(key=lambda kind: (scores[kind.name] < SURE, kind.name not in usual))
            wanted += [kind for kind in ranked if kind.name in usual and kind not in wanted]
            wanted = wanted[:most]
        filler = Filler(
            self._embedding, text, question.language, question.datasets, is_open=is_open
        )
        tables = Tables(datasets=question.datasets, folder=Path())
        found: list[Operation] = []
        first_problem: CherryError | None = None
        for turn in range(TURNS if is_open else 1):
            for kind in wanted:
                if len(found) >= most:
                    return found
                made, problem = self._made(kind, filler, tables, question, turn, found)
                first_problem = first_problem or problem
                if made is not None:
                    found.append(made)
                elif not is_open and kind is ranked[0] and _is_unnamed(kind, problem):
                    # Something else would answer what was not asked, and nobody would see that.
                    raise first_problem or BadInput("arguments_missing", name=kind.name)
                if made is not None and not is_open:
                    _refuse_lost(made, filler)
        for kind in ranked:
            if found:
                break
            made, problem = self._made(kind, filler, tables, question, 0, found)
            first_problem = first_problem or problem
            if made is not None:
                found.append(made)
        if not found:
            raise first_problem or BadInput("arguments_missing", name=ranked[0].name)
        return found

    def _usual(self, operations: Sequence[type[Operation]]) -> set[str]:
        """Return the names of the operations that do what usually belongs to an analysis."""
        found = set()
        for item in knowledge.read("agenda"):
            for language in ("en", "ko"):
                scores = self._scores(item[language], operations)
                least = max(SURE, EQUAL * max(scores.values()))
                found |= {name for name, score in scores.items() if score >= least}
        return found

    def _made(
        self,
        kind: type[Operation],
        filler: Filler,
        tables: Tables,
        question: Question,
        turn: int,
        found: Sequence[Operation],
    ) -> tuple[Operation | None, CherryError | None]:
        """Return the operation with arguments that fit and were not tried in vain before."""
        first_problem: CherryError | None = None
        try:
            for arguments in variants(kind, filler, turn):
                try:
                    made = kind.model_validate(arguments)
                    made.check(tables)
                except ValidationError as error:
                    first_problem = first_problem or BadInput(
                        "arguments_missing", detail=str(error), name=kind.name
                    )
                    continue
                except BadInput as error:
                    first_problem = first_problem or error
                    continue
                if made not in found and not _tried(made, question):
                    return made, None
        except BadInput as error:
            return None, first_problem or error
        return None, first_problem

    def _scores(self, text: str, operations: Sequence[type[Operation]]) -> dict[str, float]:
        key = tuple(operations)
        router = self._routers.pop(key, None) or Router(
            self._embedding, tuple(_worker(kind) for kind in operations), self._array_cache
        )
        self._routers[key] = router
        while len(self._routers) > KEPT:
            self._routers.popitem(last=False)
        return router.scores(text)


def variants(
    kind: type[Operation], filler: Filler, turn: int, settled: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield arguments but for those that are `settled`: the likeliest first, then with other
    alternatives, then other columns."""
    schema = kind.model_json_schema()
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in settled}
    schema["required"] = [name for name in schema.get("required", ()) if name not in settled]
    first = filler.fill(schema, turn=turn)
    slots = slots_of(schema)
    yield first
    yield from _otherwise(first, slots)
    # What the request leaves out may be needed after all: an order for a moving average.
    for slot in slots:
        is_open = not (slot.required or slot.is_named or slot.many or slot.name in first)
        if slot.kind == "column" and is_open:
            for name in filler.candidates(slot, first)[:CANDIDATES]:
                yield {**first, slot.name: name}
    choices = [s for s in slots if s.kind == "choice" and s.required and not s.many]
    for slot in choices:
        if not filler.said(slot):
            yield from _alternatives(slot, filler, first)
    if not turn:
        yield filler.fill(schema, telling=True)
    for other in range(turn + 1, turn + TURNS):
        yield filler.fill(schema, turn=other)
    # What was said comes before what was not, but anything is better than nothing.
    for slot in choices:
        if filler.said(slot):
            yield from _alternatives(slot, filler, first)


def _is_unnamed(kind: type[Operation], problem: CherryError | None) -> bool:
    """Whether an operation lacks a column that the person has to name."""
    if problem is None or problem.code != "arguments_missing":
        return False
    slots = slots_of(kind.model_json_schema())
    return any(slot.is_named and slot.name == problem.params.get("name") for slot in slots)


def _refuse_lost(made: Operation, filler: Filler) -> None:
    """Raise BadInput where an operation leaves out a condition of the request, since it has no
    place for one: over all rows it would answer what was not asked, and nobody would see that."""
    lost = filler.lost(made.model_dump(mode="json", exclude_defaults=True))
    if lost is not None and "filters" not in type(made).model_fields:
        values = lost.value if isinstance(lost.value, list) else [lost.value]
        said = ", ".join(str(value) for value in values)
        raise BadInput("condition_lost", column=lost.column.name, value=said)


def _alternatives(slot: Slot, filler: Filler, first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for choice in filler.ranked(slot, first):
        if choice != first.get(slot.name):
            yield {**first, slot.name: choice}


def _otherwise(first: dict[str, Any], slots: Sequence[Slot]) -> Iterator[dict[str, Any]]:
    """Yield the same columns in other places: a chart may want two numbers before a group."""
    single = [s.name for s in slots if s.kind == "column" and not s.many and s.name in first]
    names = [first[name] for name in single]
    for order in islice(permutations(names), 1, PLACES_MAX):
        yield {**first, **dict(zip(single, order, strict=True))}


def _tried(made: Operation, question: Question) -> bool:
    told = f"{made.name} {made.model_dump(exclude_defaults=True)}:"
    return any(problem.startswith(told) for problem in question.problems)


def _worker(kind: type[Operation]) -> Worker:
    described = f"{kind.name.replace('_', ' ')}. {(kind.__doc__ or '').strip()}"
    return Worker(
        ref=kind.name,
        group=kind.name,
        title=kind.name,
        description=described,
        examples=(*kind.examples, described),
    )
