"""Whether something of a person's may be sent to a party that is not ours: they are asked first."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from cherry_reflex.core.errors import NotAllowed
from cherry_reflex.core.evidence import PartyKind
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reply import place_of
from cherry_reflex.i18n.catalogue import text

Ask = Callable[[str, tuple[str, ...]], Awaitable[str]]
"""(prompt, options) -> the person's reply."""

_KNOWN_MAX = 10_000
_SEND, _ALWAYS = 0, 2

Key = tuple[str, PartyKind, str]


class Consent:
    """Asks once a run for each party, and once a conversation where the person says so. What was
    said is kept in memory: after a restart they are asked again. `asks`: nobody is asked without.
    """

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks
        self._known: OrderedDict[Key, bool] = OrderedDict()
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def obtain(
        self,
        to: str,
        kind: PartyKind,
        *,
        conversation_id: str,
        run_id: str,
        language: Language,
        ask: Ask,
    ) -> None:
        """Return when `to` may be sent to. Who asks at the same time waits for the same answer.

        Raises NotAllowed `sending_refused`.
        """
        if not self._asks:
            return
        here = (run_id, kind, to)
        lock = self._locks.setdefault(here, asyncio.Lock())
        async with lock:
            allowed = self._known.get((conversation_id, kind, to), self._known.get(here))
            if allowed is None:
                allowed = await self._answer(to, kind, conversation_id, here, language, ask)
        if not allowed:
            raise NotAllowed("sending_refused", name=to)

    async def _answer(
        self,
        to: str,
        kind: PartyKind,
        conversation_id: str,
        here: Key,
        language: Language,
        ask: Ask,
    ) -> bool:
        options = tuple(text(f"sending.{one}", language) for one in ("send", "refuse", "always"))
        prompt = text(f"sending.ask_{kind}", language, name=to)
        place = place_of(await ask(prompt, options), options)
        # Words of another kind are no consent.
        allowed = place in (_SEND, _ALWAYS)
        self._remember((conversation_id, kind, to) if place == _ALWAYS else here, allowed)
        return allowed

    def _remember(self, key: Key, allowed: bool) -> None:
        self._known[key] = allowed
        while len(self._known) > _KNOWN_MAX:
            self._known.popitem(last=False)
