"""What waits to be written into the event log."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import Connection

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import EVENT, Event, Record, SummaryDelta, TextDelta
from cherry_reflex.core.text import all_mended

INSERT = (
    "INSERT INTO event (conversation_id, seq, run_id, at, type, body) VALUES (?, ?, ?, ?, ?, ?)"
)
"""Written out: SQLAlchemy's compiled insert costs several times as much as the write itself."""

VOLATILE = ("text_delta", "summary_delta", "status_changed", "output_line")
"""A power cut may lose the last of these; everything else waits for the disk."""

Also = Callable[[Connection, int], None]
"""What is done in the same transaction, given the event's seq."""

_FREE = ("run_started", "plan_made", "tool_called", "artifact_added", "step_failed", "run_failed")
"""Events with parts of any shape, which JSON may change (NaN becomes null)."""


@dataclass
class Entry:
    """An event, who waits for it, and text of the same lane that came after it.

    What is stored is what followers are shown: an event that JSON would change is changed at once.
    """

    conversation_id: str
    run_id: str
    event: Event
    at: float
    also: Also | None = None
    last: bool = False
    done: list["asyncio.Future[Record]"] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    """Text that came after the event's own, of the same lane."""
    body: str = ""
    """The whole event as JSON, once it was asked for."""

    def whole(self) -> Event:
        """Return the event with all its text, and make its `body`.

        Raises Unavailable `event_broken` when it cannot be JSON.
        """
        if self.more:
            text = "".join((cast("TextDelta | SummaryDelta", self.event).text, *self.more))
            self.event = self.event.model_copy(update={"text": text})
            self.more = []
        try:
            try:
                self.body = self.event.model_dump_json()
            except PydanticSerializationError:
                self.event = EVENT.validate_python(all_mended(self.event.model_dump()))
                self.body = self.event.model_dump_json()
            if self.event.type in _FREE:
                self.event = EVENT.validate_json(self.body)
        except (PydanticSerializationError, ValidationError) as error:
            raise Unavailable("event_broken", detail=str(error)[:500]) from error
        return self.event


def step_of(event: Event) -> str:
    """Return the lane that an event belongs to, empty for those of the whole run."""
    return str(getattr(event, "step", "summary" if type(event) is SummaryDelta else ""))


def merge(entry: Entry, event: Event) -> bool:
    """Add the text of `event` to a waiting delta of the same lane; False when that cannot be."""
    # By class and not by isinstance: pydantic's check costs more than the rest of a token's way.
    kind = type(event)
    if entry.also is not None or kind is not type(entry.event):
        return False
    if kind is TextDelta or kind is SummaryDelta:
        entry.more.append(cast("TextDelta | SummaryDelta", event).text)
        return True
    return False


def chars_of(event: Event) -> int:
    """Return about how much memory an event takes, in characters."""
    return len(getattr(event, "text", "")) + 1
