"""Asks as a strict reader: the first line and the reading shown count. A question back is left as
it is; what is offered is chosen, each in a fresh conversation with the same files and questions."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from benchmarks.questions.answer import Answer, Band, Option, Told
from benchmarks.questions.first_line import first_line
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.client.run import Run
from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.events import TERMINAL, InputRequested
from cherry_reflex.core.language import Language
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.core.run_view import Lane, RunView

_BANDS: dict[str, Band] = {"sure": "sure", "guess": "guess", "chosen": "chosen"}
TIMED_OUT = "benchmark_timeout"
_NOT_OFFERED = Told(band="failed", failure="not_offered_again")


@dataclass(frozen=True)
class File:
    """A file that comes with a question; `encoding` where it is said."""

    path: Path
    encoding: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with the files that are sent before it."""

    question: str
    language: Language
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class _Heard:
    """How far a run was followed: to its end, to a question back, or too long."""

    asked: InputRequested | None
    first_event_s: float | None
    end_s: float
    is_late: bool = False


class Questioner:
    """Asks over a client. A run that takes longer than `timeout_s` counts as failed."""

    def __init__(self, client: CherryClient, timeout_s: float = 180.0) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def conversation(self, earlier: Sequence[Asked] = ()) -> Conversation:
        """Begin a conversation in which these questions were asked; those that were answered by a
        question back are left there."""
        conversation = await self._client.create_conversation()
        for asked in earlier:
            run = await self._start(conversation, asked)
            await self._leave(run, await self._follow(run))
        return conversation

    async def ask(
        self, asked: Asked, earlier: Sequence[Asked] = (), place: Conversation | None = None
    ) -> Answer:
        """Ask in `place`, where the earlier questions were asked already, or in a fresh
        conversation; then choose what is offered, in others."""
        conversation = place or await self.conversation(earlier)
        try:
            run = await self._start(conversation, asked)
        except CherryError as error:
            return Answer(**_refused(error).model_dump(), conversation=conversation.id)
        heard = await self._follow(run)
        view = await self._leave(run, heard)
        told = await self._told(view, heard)
        found = shown(view)
        reading = found[1].meta["reading"] if found else {}
        options: tuple[Option, ...] = ()
        if heard.asked is not None:
            texts = heard.asked.options
            options = tuple([await self._after(text, "", asked, earlier) for text in texts])
        elif told.band == "guess":
            offered = reading.get("alternatives", ())
            options = tuple(
                [
                    await self._after(
                        one["sentence"], str(one["result"]), asked, earlier, one["reading"]
                    )
                    for one in offered
                ]
            )
        return Answer(
            **told.model_dump(),
            prompt=heard.asked.prompt if heard.asked else "",
            unused=tuple(reading.get("unused", ())) if told.band == "guess" else (),
            options=options,
            first_event_s=heard.first_event_s,
            end_s=heard.end_s,
            conversation=conversation.id,
            run=run.id,
        )

    async def _after(
        self,
        text: str,
        result: str,
        asked: Asked,
        earlier: Sequence[Asked],
        reading: dict[str, Any] | None = None,
    ) -> Option:
        """Return an option with the answer after it was chosen: a `reading` in the place of a
        guess, words as the answer to a question back."""
        try:
            run = await self._start(await self.conversation(earlier), asked)
            if reading is None:
                told = await self._reply(run, text)
            else:
                told = await self._choose(run, _plain(text), reading)
        except CherryError as error:
            told = _refused(error)
        return Option(text=_plain(text), result=result, told=told)

    async def _reply(self, run: Run, option: str) -> Told:
        heard = await self._follow(run)
        if heard.asked is None or option not in heard.asked.options:
            await self._leave(run, heard)
            return _NOT_OFFERED
        after = (await run.view()).seq
        await run.answer(heard.asked.step, option)
        heard = await self._follow(run, after)
        return await self._told(await self._leave(run, heard), heard)

    async def _choose(self, run: Run, sentence: str, reading: dict[str, Any]) -> Told:
        """Have the step done again with a reading, as the page's button does."""
        view = await self._leave(run, await self._follow(run))
        found = shown(view)
        if found is None or "redo" not in found[1].meta:
            return _NOT_OFFERED
        lane, artifact = found
        changed = await run.change(lane.step, sentence, _arguments(lane, artifact, reading))
        heard = await self._follow(changed, view.seq)
        return await self._told(await self._leave(changed, heard), heard)

    async def _start(self, conversation: Conversation, asked: Asked) -> Run:
        for file in asked.files:
            options = ParseOptions(encoding=file.encoding) if file.encoding else None
            await conversation.upload(file.path, options=options)
        return await conversation.ask(asked.question, language=asked.language)

    async def _follow(self, run: Run, after: int = 0) -> _Heard:
        """Follow a run to its end, or until it asks."""
        began, first = time.monotonic(), None
        with anyio.move_on_after(self._timeout_s):
            async with aclosing(run.follow(after)) as records:
                async for record in records:
                    now = time.monotonic() - began
                    if first is None and record.event.type != "run_started":
                        first = now
                    if isinstance(record.event, InputRequested):
                        return _Heard(record.event, first, now)
                    if record.event.type in TERMINAL:
                        return _Heard(None, first, now)
        return _Heard(None, first, time.monotonic() - began, is_late=True)

    async def _leave(self, run: Run, heard: _Heard) -> RunView:
        """Return the run as it stands. One that waits or works on is stopped: it would hold up
        those after it."""
        view = await run.view()
        if heard.asked is not None or heard.is_late:
            await run.cancel()
        return view

    async def _told(self, view: RunView, heard: _Heard) -> Told:
        if heard.asked is not None:
            return Told(band="ask")
        if heard.is_late:
            return Told(band="failed", failure=TIMED_OUT)
        line = first_line(view.summary)
        failures = [view.failure, *(lane.failure for lane in view.lanes)]
        if not line or view.state != "finished":
            code = next((failure.code for failure in failures if failure is not None), view.state)
            return Told(band="failed", failure=code)
        found = shown(view)
        reading = found[1].meta["reading"] if found else {}
        return Told(
            band=_BANDS.get(reading.get("band", ""), "stated"),
            first_line=line,
            reading=_plain(reading.get("sentence", "")),
            row=await self._only_row(view),
        )

    async def _only_row(self, view: RunView) -> tuple[Any, ...]:
        table = next((one for lane in view.lanes for one in lane.artifacts if _is_table(one)), None)
        if table is None:
            return ()
        page = await self._client.rows(table.id, limit=2)
        return page.rows[0] if page.total == 1 else ()


def _refused(error: CherryError) -> Told:
    """Return what a refusal comes to. Raises it again when the server is gone: that says nothing
    of the question."""
    if error.code == "server_unreachable":
        raise error
    return Told(band="failed", failure=error.code)


def shown(view: RunView) -> tuple[Lane, ArtifactRef] | None:
    """Return the first table that says how the question was understood, and the lane it is in."""
    found = (
        (lane, one)
        for lane in view.lanes
        for one in lane.artifacts
        if _is_table(one) and isinstance(one.meta.get("reading"), dict)
    )
    return next(found, None)


def _is_table(artifact: ArtifactRef) -> bool:
    return artifact.kind == "table"


def _plain(sentence: str) -> str:
    return sentence.replace("**", "")


def _arguments(lane: Lane, artifact: ArtifactRef, reading: dict[str, Any]) -> dict[str, Any]:
    """Return what a step is given to be done again with another reading: all that its agent did,
    one of it with the reading, which is then one that was chosen."""
    redo = artifact.meta["redo"]
    chosen = {
        **redo["arguments"],
        "operation": redo["operation"],
        "reading": reading,
        "alternatives": [],
    }
    calls = [item for item in lane.items if item.kind == "call" and item.ok]
    if len(calls) < 2:
        return chosen
    return {
        "operations": [
            chosen
            if call.call == redo["call"]
            else {**(call.arguments or {}), "operation": call.name}
            for call in calls
        ]
    }
