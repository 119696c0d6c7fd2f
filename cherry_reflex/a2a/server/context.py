"""The context of one task: what an agent puts on it goes out as A2A events, in order."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types import Artifact, Message, Part, TaskArtifactUpdateEvent

from cherry_reflex.a2a import codec
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.concurrency.adaptive_batching import AdaptiveBatching
from cherry_reflex.concurrency.usage import Spent
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import Failure, LimitExceeded
from cherry_reflex.core.events import DataSent
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.reading.reply import as_json
from cherry_reflex.core.text import SurrogateJoiner, mended
from cherry_reflex.store.layout import Layout

PAUSE_MIN_S, PAUSE_MAX_S = 0.008, 0.05
"""Between two chunks of text: the first while the process is idle and the text short, never
longer than the second."""
_CHARS_TO_LONGEST_PAUSE = 500_000
_BY_PATH_FROM_BYTES = 256_000


class StreamingContext:
    """Sends at once what comes after a pause, and gathers words otherwise, for up to 50 ms when
    the process is busy or the text long: every event costs a message at everybody's side, however
    little it carries. `pace` is shared by all desks of the process.

    Words after another artifact begin a new text artifact, so that a snapshot of the task keeps
    the order. Each chunk says at which character of its artifact it begins (`at`), so that a
    client which reconnects neither misses nor repeats one.
    """

    def __init__(
        self,
        queue: EventQueue,
        task_id: str,
        context_id: str,
        *,
        files: Path,
        by_path: bool,
        batching: AdaptiveBatching | None = None,
    ) -> None:
        self._batching = batching or AdaptiveBatching(PAUSE_MIN_S, PAUSE_MAX_S)
        self._updater = TaskUpdater(queue, task_id, context_id)
        self._files, self._by_path = files, by_path
        self._lock = asyncio.Lock()
        self._words: list[str] = []
        self._surrogates = SurrogateJoiner()
        self._timer: asyncio.Task[None] | None = None
        self._text_number, self._text_chars, self._all_chars = 1, 0, 0
        self._reply: asyncio.Future[str] | None = None
        self._clock = asyncio.get_running_loop().time
        self.sent_at = self._clock()
        """When something was last sent."""
        self.asked = asyncio.Event()
        """Set while a person's answer is waited for."""

    async def say(self, text: str) -> None:
        """Append to the agent's text."""
        if not (text := self._surrogates.whole(text)):
            return
        self._words.append(text)
        self._batching.passed()
        if self._timer is not None:
            return
        wait_s = self.sent_at + self._pause_s() - self._clock()
        if wait_s <= 0:
            await self.flush()
        else:
            self._timer = asyncio.create_task(self._flush_after(wait_s))

    async def status(self, text: str) -> None:
        """Say in a few words what happens now."""
        async with self._lock:
            await self._flush()
            await self._update(self._message(text))

    async def called(self, name: str, arguments: dict[str, Any]) -> str:
        """Report the call of an own tool; returns the call's id."""
        call = new_id()
        await self._report({"called": {"call": call, "name": name, "arguments": arguments}})
        return call

    async def returned(
        self, call: str, *, ok: bool = True, text: str = "", digest: Digest | None = None
    ) -> None:
        """Report its end; `digest` is what it gave, for whoever asked."""
        said: dict[str, Any] = {"returned": {"call": call, "ok": ok, "text": text}}
        if digest is not None:
            told = digest.model_dump(mode="json", exclude_defaults=True)
            said["digested"] = {"call": call, "digest": told}
        await self._report(said)

    async def printed(self, text: str, level: str = "info") -> None:
        """Report a raw line of output."""
        await self._report({"printed": {"text": text, "level": level}})

    async def sent(self, event: DataSent) -> None:
        """Report what was sent to a language model."""
        await self._report({"sent": event.model_dump(mode="json", exclude={"type", "step"})})

    async def used(self, spent: Spent) -> None:
        """Report what the work has cost at a language model."""
        await self._report({"used": asdict(spent)})

    async def show(self, content: ArtifactContent) -> None:
        """Hand over an artifact.

        Raises LimitExceeded (`artifact_too_large`) for one that can only travel in the message.
        """
        content = await asyncio.to_thread(self._placed, content)
        part = await asyncio.to_thread(codec.content_part, content, by_path=self._by_path)
        async with self._lock:
            await self._flush()
            await self._send(
                Artifact(artifact_id=new_id(), name=content.title, parts=[part]), last=True
            )
            self._text_number, self._text_chars = self._text_number + 1, 0

    async def ask(
        self,
        prompt: str,
        options: tuple[str, ...] = (),
        choices: tuple[Reading, ...] = (),
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Ask the person and wait for the reply. Other events wait as well: the stream has ended
        until the reply comes."""
        async with self._lock:
            await self._flush()
            self._reply = asyncio.get_running_loop().create_future()
            said: dict[str, Any] = {"options": list(options)}
            if choices:
                said |= {"choices": [as_json(one) for one in choices], "words": dict(words)}
            message = self._message(prompt, said)
            await self._updater.requires_input(message)
            self.asked.set()
            try:
                return await self._reply
            finally:
                self.asked.clear()
                self._reply = None

    async def answer(self, queue: EventQueue, reply: str) -> bool:
        """Go on with the reply, sending to `queue`; False when nothing was asked."""
        if self._reply is None or self._reply.done():
            return False
        self._updater.event_queue = queue
        await self._updater.start_work()
        self.asked.clear()
        self._reply.set_result(reply)
        return True

    async def flush(self) -> None:
        """Send the words that wait."""
        async with self._lock:
            await self._flush()

    async def beat(self) -> None:
        """Show that the agent is alive although it has nothing to say."""
        async with self._lock:
            await self._updater.start_work()
            self.sent_at = self._clock()

    async def complete(self) -> None:
        """End well."""
        async with self._lock:
            await self._flush()
            await self._updater.complete()

    async def fail(self, failure: Failure, sentence: str) -> None:
        """End with a failure."""
        async with self._lock:
            await self._flush()
            said = {"failure": failure.model_dump(mode="json")}
            await self._updater.failed(self._message(sentence, said))

    def close(self) -> None:
        """Stop the timer, when the task was cancelled."""
        if self._timer is not None:
            self._timer.cancel()

    def _pause_s(self) -> float:
        share = min(1.0, self._all_chars / _CHARS_TO_LONGEST_PAUSE)
        return max(self._batching.pause_s(), PAUSE_MAX_S * share)

    async def _flush_after(self, wait_s: float) -> None:
        await self._batching.pause(wait_s)
        await self.flush()

    async def _flush(self) -> None:
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None
        if not self._words:
            return
        text = "".join(self._words)
        self._words.clear()
        artifact = Artifact(
            artifact_id=f"text-{self._text_number}",
            name="text",
            parts=[Part(text=text, media_type="text/markdown")],
        )
        await self._send(artifact, append=self._text_chars > 0, at=self._text_chars)
        self._text_chars += len(text)
        self._all_chars += len(text)

    async def _send(
        self, artifact: Artifact, *, append: bool = False, last: bool = False, at: int | None = None
    ) -> None:
        event = TaskArtifactUpdateEvent(
            task_id=self._updater.task_id,
            context_id=self._updater.context_id,
            artifact=artifact,
            append=append,
            last_chunk=last,
        )
        if at is not None:
            event.metadata.update({codec.KEY: {"at": at}})
        await self._updater.event_queue.enqueue_event(event)
        self.sent_at = self._clock()

    async def _report(self, said: dict[str, Any]) -> None:
        async with self._lock:
            await self._flush()
            await self._update(self._message("", said))

    async def _update(self, message: Message) -> None:
        await self._updater.start_work(message)
        self.sent_at = self._clock()

    def _message(self, text: str, said: dict[str, Any] | None = None) -> Message:
        message = self._updater.new_agent_message([Part(text=mended(text))])
        if said:
            message.metadata.CopyFrom(codec.metadata(said))
        return message

    def _placed(self, content: ArtifactContent) -> ArtifactContent:
        """Put large bytes into a file where the asker shares our disk; read a file that it may
        not see otherwise."""
        if not self._by_path:
            return _within(content)
        if content.path is not None and codec.inside(content.path, self._files):
            return content
        data = read_bytes(content)
        if len(data) < _BY_PATH_FROM_BYTES:
            return content.model_copy(update={"data": data, "path": None})
        folder = Layout(self._files).handed
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / new_id()
        path.write_bytes(data)
        return content.model_copy(update={"data": None, "path": path})


def _within(content: ArtifactContent, bytes_max: int = 2_900_000) -> ArtifactContent:
    """Return an artifact that fits into one event of 4 MB when written in base64."""
    size = len(content.data or b"")
    if content.data is None and content.path is not None:
        size = content.path.stat().st_size
    if size > bytes_max:
        raise LimitExceeded("artifact_too_large", title=content.title, bytes=size)
    return content
