"""What an agent says on the wire, as events of ours; each thing once, also after a reconnect."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from a2a.types import (
    Artifact,
    Message,
    Part,
    Role,
    StreamResponse,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
    TaskStatus,
)
from pydantic import ValidationError

from cherry_reflex.a2a import codec
from cherry_reflex.core.errors import CherryError, Failure, ProtocolBroken, WorkerFailed
from cherry_reflex.core.events import (
    DataSent,
    DigestAdded,
    InputRequested,
    OutputLine,
    StatusChanged,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.worker import ArtifactProduced, UsageReported, WorkerEvent

_NEWS: dict[
    str, type[ToolCalled | ToolReturned | DigestAdded | OutputLine | DataSent | UsageReported]
] = {
    "called": ToolCalled,
    "returned": ToolReturned,
    "digested": DigestAdded,
    "printed": OutputLine,
    "sent": DataSent,
    "used": UsageReported,
}


@dataclass
class _Seen:
    """How much of an artifact was handed on: characters of text, and other parts."""

    chars: int = 0
    others: int = 0
    digest: Any = field(default_factory=hashlib.blake2b)


class Gap(Exception):
    """Words are missing before those that came: the stream lost some."""


class EventDecoder:
    """Reads the events of one task. A snapshot (a Task) gives what was not seen before."""

    def __init__(self, *, agent: str, files: Path | None) -> None:
        self._agent, self._files = agent, files
        self.task_id = self.context_id = ""
        self.done = False
        """The agent reported completion."""
        self.problem: CherryError | None = None
        """What the agent reported instead."""
        self.asked: InputRequested | None = None
        """The question that the task now waits for."""
        self._seen: dict[str, _Seen] = {}
        self._messages: set[str] = set()
        self._said_digest: set[bytes] = set()

    @property
    def ended(self) -> bool:
        """Whether a terminal state was seen."""
        return self.done or self.problem is not None

    def read(self, event: StreamResponse) -> Iterator[WorkerEvent]:
        """Yield what one event says.

        Raises ProtocolBroken (`agent_wrong_ids`, `agent_malformed`) and Gap.
        """
        match event.WhichOneof("payload"):
            case "task":
                yield from self.read_task(event.task)
            case "message":
                self._match("", event.message.context_id)
                yield from self._parts(event.message.parts, "")
                self.done = True
            case "status_update":
                self._match(event.status_update.task_id, event.status_update.context_id)
                yield from self._status(event.status_update.status)
            case "artifact_update":
                self._match(event.artifact_update.task_id, event.artifact_update.context_id)
                yield from self._chunk(event.artifact_update)

    def read_task(self, task: Task) -> Iterator[WorkerEvent]:
        """Yield what a snapshot has that was not seen."""
        self._match(task.id, task.context_id)
        for message in task.history:
            if message.role == Role.ROLE_AGENT:
                yield from self._message(message)
        for artifact in task.artifacts:
            yield from self._whole(artifact)
        yield from self._status(task.status)

    def _match(self, task_id: str, context_id: str) -> None:
        if task_id:
            self.task_id = self.task_id or task_id
        if context_id:
            self.context_id = self.context_id or context_id
        if (task_id and task_id != self.task_id) or (context_id and context_id != self.context_id):
            raise ProtocolBroken("agent_wrong_ids", detail="news of another task")

    def _status(self, status: TaskStatus) -> Iterator[WorkerEvent]:
        message = status.message if status.HasField("message") else None
        words = _words(message)
        match status.state:
            case TaskState.TASK_STATE_COMPLETED:
                # Some agents repeat their whole answer in the last status.
                if message is not None and not self._repeats(words):
                    yield from self._parts(message.parts, "")
                self.done = True
            case TaskState.TASK_STATE_FAILED:
                self.problem = self._failure(message, words)
            case TaskState.TASK_STATE_REJECTED:
                self.problem = WorkerFailed("agent_rejected", detail=words, name=self._agent)
            case TaskState.TASK_STATE_CANCELED:
                self.problem = WorkerFailed("cancelled_by_worker", detail=words)
            case TaskState.TASK_STATE_AUTH_REQUIRED:
                self.problem = WorkerFailed("agent_wants_login", detail=words, name=self._agent)
            case TaskState.TASK_STATE_INPUT_REQUIRED:
                if message is None or self._first_time(message):
                    self.asked = _asked(words, codec.ours(message.metadata) if message else {})
            case _:
                if message is not None:
                    yield from self._message(message)

    def _message(self, message: Message) -> Iterator[WorkerEvent]:
        """Yield what a message of a working agent says: one of our events, or what it does now."""
        if not self._first_time(message):
            return
        said = codec.ours(message.metadata)
        for name, kind in _NEWS.items():
            if name in said:
                try:
                    yield kind.model_validate(said[name])
                except ValidationError as error:
                    raise ProtocolBroken("agent_malformed", detail=str(error)) from error
        words = _words(message)
        if words and not said:
            yield StatusChanged(text=words)

    def _first_time(self, message: Message) -> bool:
        key = message.message_id or _words(message)
        if key in self._messages:
            return False
        self._messages.add(key)
        return True

    def _chunk(self, event: TaskArtifactUpdateEvent) -> Iterator[WorkerEvent]:
        artifact = event.artifact
        seen = self._seen.get(artifact.artifact_id)
        at = codec.begins_at(event.metadata)
        if seen is None or not event.append:
            if seen is not None and at is None:
                yield from self._whole(artifact)
                return
            seen = self._seen.setdefault(artifact.artifact_id, _Seen())
        skip = 0
        if at is not None:
            if at > seen.chars:
                raise Gap
            skip = seen.chars - at
        yield from self._parts(artifact.parts, artifact.name, seen, skip)

    def _whole(self, artifact: Artifact) -> Iterator[WorkerEvent]:
        """Yield what an artifact has beyond what was seen of it."""
        seen = self._seen.setdefault(artifact.artifact_id, _Seen())
        text = "".join(part.text for part in artifact.parts)
        if hashlib.blake2b(text[: seen.chars].encode()).digest() != seen.digest.digest():
            # Replaced: all of it is new, and what was said before has been read already.
            seen = self._seen[artifact.artifact_id] = _Seen()
            if text:
                yield TextDelta(text="\n\n")
        others, skip = seen.others, seen.chars
        fresh: list[Part] = []
        for part in artifact.parts:
            if part.WhichOneof("content") == "text":
                fresh.append(part)
            elif others:
                others -= 1
            else:
                fresh.append(part)
        yield from self._parts(fresh, artifact.name, seen, skip)

    def _parts(
        self, parts: Any, name: str, seen: _Seen | None = None, skip: int = 0
    ) -> Iterator[WorkerEvent]:
        seen = seen or _Seen()
        for part in parts:
            if part.WhichOneof("content") == "text":
                text = part.text[skip:]
                skip -= len(part.text) - len(text)
                if text:
                    seen.chars += len(text)
                    seen.digest.update(text.encode())
                    self._said_digest.add(seen.digest.digest())
                    yield TextDelta(text=text)
            elif part.WhichOneof("content"):
                seen.others += 1
                yield ArtifactProduced(content=codec.read_content(part, name, self._files))

    def _repeats(self, words: str) -> bool:
        return hashlib.blake2b(words.encode()).digest() in self._said_digest

    def _failure(self, message: Message | None, words: str) -> WorkerFailed:
        said = codec.ours(message.metadata).get("failure") if message is not None else None
        if said:
            try:
                failure = Failure.model_validate(said)
            except ValidationError as error:
                raise ProtocolBroken("agent_malformed", detail=str(error)) from error
            return WorkerFailed(failure.code, failure.detail, **_named(failure.params))
        return WorkerFailed("agent_failed", detail=words, name=self._agent)


def _named(params: dict[str, Any]) -> dict[str, Any]:
    """Return params that can be passed on by name beside `code` and `detail`."""
    return {key: value for key, value in params.items() if key not in ("self", "code", "detail")}


def _asked(prompt: str, said: dict[str, Any]) -> InputRequested:
    """Return a question to the person; readings count when there is an option for every one."""
    options = tuple(str(option) for option in said.get("options", []))
    asked = InputRequested(prompt=prompt, options=options)
    choices, words = said.get("choices"), said.get("words")
    if not (isinstance(choices, list) and len(choices) <= len(options)):
        return asked
    try:
        return InputRequested(prompt=prompt, options=options, choices=choices, words=words or {})
    except ValidationError:
        return asked


def _words(message: Message | None) -> str:
    if message is None:
        return ""
    return "\n".join(part.text for part in message.parts if part.text)
