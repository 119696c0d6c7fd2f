"""Tickets: what lets an outside agent or tool, which has no account, fetch one dataset."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

LIFE_S = 3600


class Tickets:
    """Signed with a key of this process: a restart ends them all."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def issue(self, dataset_id: str) -> str:
        """Return a ticket for one dataset, good for an hour."""
        until = str(int(self._clock()) + LIFE_S)
        return f"{until}.{self._mark(dataset_id, until)}"

    def holds(self, dataset_id: str, ticket: str) -> bool:
        """Say whether a ticket is ours, for that dataset, and not over."""
        until, _, mark = ticket.partition(".")
        if not (until.isascii() and until.isdecimal() and mark.isascii()):
            return False
        good = hmac.compare_digest(mark, self._mark(dataset_id, until))
        return good and self._clock() < int(until)

    def _mark(self, dataset_id: str, until: str) -> str:
        text = f"{until}.{dataset_id}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
