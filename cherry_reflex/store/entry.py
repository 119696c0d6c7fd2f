"""What waits to be written into the event log."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection

from cherry_reflex.core.events import Event, Record, SummaryDelta, TextDelta

INSERT = (
    "INSERT INTO event (conversation_id, seq, run_id, at, type, body) VALUES (?, ?, ?, ?, ?, ?)"
)
"""Written out: SQLAlchemy's compiled insert costs several times as much as the write itself."""

VOLATILE = ("text_delta", "summary_delta", "status_changed", "output_line")
"""A power cut may lose the last of these; everything else waits for the disk."""


@dataclass
class Entry:
    """An event, who waits for it, and text of the same lane that came after it."""

    conversation_id: str
    run_id: str
    event: Event
    at: float
    also: Callable[[Connection, int], None] | None = None
    last: bool = False
    done: list["asyncio.Future[Record]"] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    """Text that came after the event's own, of the same lane."""

    def whole(self) -> Event:
        """Return the event with all its text."""
        if self.more:
            text = "".join((cast("TextDelta | SummaryDelta", self.event).text, *self.more))
            self.event = self.event.model_copy(update={"text": text})
            self.more = []
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


def row(conversation_id: str, record: Record) -> tuple[str, int, str, float, str, str]:
    """Return the values that INSERT takes."""
    event = record.event
    body = event.model_dump_json()
    return conversation_id, record.seq, record.run_id, record.at, event.type, body
