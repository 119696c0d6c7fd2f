"""How often a sign-in may be tried: free at first, then with waits that double."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from cherry_reflex.core.errors import TooOften

KEYS_MAX = 20_000
FORGET_S = 3600


@dataclass
class _Count:
    failures: int = 0
    last: float = 0.0


@dataclass(frozen=True)
class Allowance:
    """`free` failures without a wait; then 1 s, 2 s, 4 s … up to `wait_max_s`."""

    free: int
    wait_max_s: float

    def wait_s(self, failures: int) -> float:
        """Return the seconds to wait after so many failures."""
        over = failures - self.free
        return 0.0 if over < 0 else min(self.wait_max_s, 2.0 ** min(over, 30))


PAIR = Allowance(free=5, wait_max_s=900)
"""One name from one address."""
ADDRESS = Allowance(free=30, wait_max_s=900)
"""All names from one address."""
NAME = Allowance(free=200, wait_max_s=30)
"""One name from all addresses; short, as strangers could shut its owner out with it."""


class Attempts:
    """Counts failures in memory, for an hour after the last. An attempt counts as failed from its
    beginning, so that many at once are not all free."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt. Raises TooOften (`sign_in_later`) when it comes too early; such a one
        is not counted."""
        now, keys = self._clock(), _keys(name, address)
        wait_s = 0.0
        for key, allowance in keys.items():
            count = self._fresh(key, now)
            if count is not None:
                wait_s = max(wait_s, count.last + allowance.wait_s(count.failures) - now)
        if wait_s > 0:
            raise TooOften("sign_in_later", seconds=int(wait_s) + 1)
        for key in keys:
            count = self._counts.setdefault(key, _Count())
            count.failures, count.last = count.failures + 1, now
            self._counts.move_to_end(key)
        while len(self._counts) > KEYS_MAX:
            self._counts.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Take an attempt back: it was the right one. What the pair failed before is forgotten."""
        pair, *others = _keys(name, address)
        self._counts.pop(pair, None)
        for key in others:
            if (count := self._counts.get(key)) is not None:
                count.failures = max(0, count.failures - 1)

    def _fresh(self, key: tuple[str, str], now: float) -> _Count | None:
        count = self._counts.get(key)
        if count is not None and now - count.last > FORGET_S:
            del self._counts[key]
            return None
        return count


def _keys(name: str, address: str) -> dict[tuple[str, str], Allowance]:
    near = _network(address)
    return {(name, near): PAIR, ("", near): ADDRESS, (name, ""): NAME}


def _network(address: str) -> str:
    """Return the address, of IPv6 the /64 that one subscriber has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return address
