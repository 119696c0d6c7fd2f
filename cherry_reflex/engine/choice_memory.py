"""What a person chooses between readings: as the log keeps it, and what it says about words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cherry_reflex.analysis.reading.words.sentence import plain_sentence
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.events import InputAnswered, InputRequested
from cherry_reflex.core.ids import PLAN_STEP
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.learned import learned
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.reading.reply import as_json, chosen, place_of, plain
from cherry_reflex.core.redo import OPERATIONS
from cherry_reflex.core.run_view import RunView
from cherry_reflex.engine.step_change import StepChange
from cherry_reflex.store.datasets import DatasetStore

READING = "reading"
"""The key of a reading, in the arguments of a step and in what an artifact says of itself."""

PROBABILITY = "probability"
"""The key, in those arguments, of how likely it is that it was meant: 1 when it was chosen."""


def answered(
    asked: InputRequested | None,
    step: str,
    reply: str,
    reading: Reading | None,
    datasets: Sequence[Dataset],
    language: Language,
) -> InputAnswered:
    """Return a reply as the log keeps it: in words that a person reads, with the reading that was
    chosen, if readings were offered. `reading` is one of the person's own."""
    offered = readings_of(asked.choices) if asked is not None else ()
    if asked is None or not offered:
        return InputAnswered(step=step, reply=reply)
    found = reading or chosen(reply, asked.options, offered)
    if found is None:
        return InputAnswered(step=step, reply=reply)
    place = place_of(reply, asked.options)
    if place is not None:
        reply = plain(asked.options[place])
    else:
        reply = plain_sentence(found, datasets, language)
    return InputAnswered(step=step, reply=reply, chosen=as_json(found))


def readings_of(given: Iterable[Any]) -> tuple[Reading, ...]:
    """Return readings from their JSON; none when one of them is no reading of this version."""
    try:
        return tuple(Reading.model_validate(one) for one in given)
    except ValidationError:
        return ()


class ChoiceMemory:
    """Keeps, for a dataset, which column a word means once a choice has decided that."""

    def __init__(self, datasets: DatasetStore) -> None:
        self._datasets = datasets

    async def of_answer(
        self, conversation_id: str, asked: InputRequested | None, answer: InputAnswered
    ) -> None:
        """Remember what an answer to the planner says: against each reading that was offered
        beside the chosen one."""
        chosen_ones = readings_of((answer.chosen,)) if answer.chosen is not None else ()
        if asked is None or answer.step != PLAN_STEP or not chosen_ones:
            return
        (reading,) = chosen_ones
        others = [one for one in readings_of(asked.choices) if one != reading]
        pairs = [(other, reading) for other in others]
        await self._remember(conversation_id, pairs, asked.words, reading.dataset)

    async def of_change(
        self, conversation_id: str, view: RunView, step: str, change: StepChange
    ) -> None:
        """Remember what another reading for a step that has run says, against the one that it
        has run with."""
        lane = next((one for one in view.lanes if one.step == step), None)
        if lane is None:
            return
        told = [ref.meta[READING] for ref in lane.artifacts if READING in ref.meta]
        told = [one for one in told if isinstance(one, Mapping)]
        given = _operations(change.arguments)
        before = readings_of(one.get(READING) for one in told)
        after = readings_of(one[READING] for one in given)
        gone = [place for place, one in enumerate(before) if one not in after]
        come = [place for place, one in enumerate(after) if one not in before]
        if len(gone) != 1 or len(come) != 1:
            return
        words = told[gone[0]].get("words")
        pair = (before[gone[0]], after[come[0]])
        operation = given[come[0]]
        named = str(operation.get("dataset") or pair[1].dataset)
        if not isinstance(words, Mapping):
            return
        if operation.get(PROBABILITY, 1.0) < 1:
            # Back to a guess: the choice is taken back, and what it said with it.
            await self._forget(conversation_id, learned(pair[1], pair[0], words), named, view)
        else:
            await self._remember(conversation_id, [pair], words, named, view.datasets)

    async def _remember(
        self,
        conversation_id: str,
        pairs: Iterable[tuple[Reading, Reading]],
        words: Mapping[str, str],
        named: str,
        first: Sequence[str] = (),
    ) -> None:
        found = dict(one for pair in pairs if (one := learned(*pair, words)) is not None)
        if not found:
            return
        dataset = _meant(await self._datasets.standing(conversation_id), named, first)
        if dataset is None:
            return
        for word, column in found.items():
            if dataset.column(column) is not None:
                await self._datasets.words.put(conversation_id, dataset.id, word, column)

    async def _forget(
        self, conversation_id: str, said: tuple[str, str] | None, named: str, view: RunView
    ) -> None:
        if said is None:
            return
        dataset = _meant(await self._datasets.standing(conversation_id), named, view.datasets)
        if dataset is not None and said in dataset.remembered:
            await self._datasets.words.forget([dataset.id], said[0])


def _operations(arguments: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the operations with a reading among a step's arguments: themselves, or a list."""
    several = arguments.get(OPERATIONS)
    listed = several if isinstance(several, list) else [arguments]
    return [one for one in listed if isinstance(one, Mapping) and READING in one]


def _meant(known: Mapping[str, Dataset], named: str, first: Sequence[str]) -> Dataset | None:
    """Return the dataset of that id or name; without a name the first of those asked about, or
    the only one."""
    if named in known:
        return known[named]
    standing = {dataset.id: dataset for dataset in known.values()}
    if named:
        return next((one for one in standing.values() if one.name == named), None)
    if first:
        return known.get(first[0])
    return next(iter(standing.values())) if len(standing) == 1 else None
