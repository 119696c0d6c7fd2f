"""One agent that can be asked: where it is, its card, and how it is spoken to."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.client.card_resolver import parse_agent_card
from a2a.client.transports import ClientTransport
from a2a.types import AgentCard
from google.protobuf.json_format import ParseError

from cherry_reflex.a2a.card import entry, is_oldest, modern
from cherry_reflex.a2a.client.lean_transport import LeanTransport
from cherry_reflex.a2a.client.transport import origin
from cherry_reflex.a2a.server.endpoint import CARD_PATHS
from cherry_reflex.concurrency.refreshing_cache import RefreshingCache
from cherry_reflex.core.errors import CherryError, ProtocolBroken, Unavailable
from cherry_reflex.core.roster import AgentEntry

OUTPUT_MODES = ["text/plain", "text/markdown", "application/json", "*/*"]
"""What we accept. Servers of 0.2.x refuse a message that does not say it."""
CARD_TIMEOUT_S = 10.0


@dataclass
class Peer:
    """An agent by its address. `name` is what the plan calls it; empty until its card is read."""

    url: str
    name: str = ""
    own: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    card: AgentCard | None = None
    problem: str = "agent_no_answer"
    legacy: bool = False
    """Speaks 0.3 or older: no snapshot at subscribe."""
    oldest: bool = False
    """Speaks 0.2: keeps only what somebody reads."""
    kept: RefreshingCache | None = None
    """Reads the card again when it is old."""

    def entry(self) -> AgentEntry:
        """Return it as the roster shows it."""
        name = self.name or httpx.URL(self.url).host
        if self.card is None:
            return AgentEntry(
                name=name, url=self.url, healthy=False, problem=self.problem, own=self.own
            )
        return entry(self.card, name=name, url=self.url, own=self.own)

    async def fetch(self, http: httpx.AsyncClient) -> None:
        """Read its card from where 0.3 and later, or else 0.2, keep it; sets `problem` if neither.

        Raises nothing but cancellation.
        """
        problem = "agent_no_card"
        urls = [self.url] if self.url.endswith(".json") else []
        urls = urls or [self.url.rstrip("/") + path for path in CARD_PATHS]
        card: AgentCard | None = None
        for url in urls:
            try:
                card = await self._read(http, url)
                break
            except CherryError as error:
                problem = error.code
                if error.code == "agent_unreachable":
                    break
        self.card, self.problem = card, "" if card is not None else problem
        if card is not None:
            self.name = self.name or _plain(card.name)

    async def _read(self, http: httpx.AsyncClient, url: str) -> AgentCard:
        try:
            # All of it in time: httpx counts only from one byte to the next.
            async with asyncio.timeout(CARD_TIMEOUT_S):
                answer = await http.get(url, headers=self.headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable("agent_unreachable", detail=repr(error), name=self.name) from error
        if answer.status_code != 200:
            raise Unavailable("agent_no_card", status=answer.status_code, name=self.name)
        try:
            data: dict[str, Any] = json.loads(answer.content)
            card = parse_agent_card(modern(data))
            self.oldest = is_oldest(data)
        except (ValueError, TypeError, AttributeError, ParseError) as error:
            raise ProtocolBroken("agent_card_broken", detail=str(error), name=self.name) from error
        if not card.name or not card.supported_interfaces:
            raise ProtocolBroken("agent_card_broken", detail="no name or no url", name=self.name)
        return card

    def client(self, http: httpx.AsyncClient) -> Client:
        """Return a client for it.

        Raises ProtocolBroken (`agent_no_transport`) when it speaks neither JSON-RPC nor REST.
        """
        assert self.card is not None
        config = ClientConfig(
            httpx_client=http,
            accepted_output_modes=OUTPUT_MODES,
            supported_protocol_bindings=["JSONRPC", "HTTP+JSON"],
        )
        try:
            factory = ClientFactory(config)
            self._shorten(factory, http)
            client = factory.create(self.card)
        except ValueError as error:
            raise ProtocolBroken("agent_no_transport", detail=str(error), name=self.name) from error
        self.legacy = not self._is_modern(self.address(client))
        return client

    def _is_modern(self, url: str) -> bool:
        assert self.card is not None
        return any(
            i.url == url and i.protocol_version.startswith(("1", "2"))
            for i in self.card.supported_interfaces
        )

    def _shorten(self, factory: ClientFactory, http: httpx.AsyncClient) -> None:
        """Have streams of JSON-RPC 1.x read by the shorter way."""
        usual = factory._registry["JSONRPC"]

        def produce(card: AgentCard, url: str, config: ClientConfig) -> ClientTransport:
            if not self._is_modern(url):
                return usual(card, url, config)
            return LeanTransport(http, card, url, is_shared_httpx=True)

        factory.register("JSONRPC", produce)

    @property
    def streams(self) -> bool:
        """Whether its card says that it streams."""
        return self.card is not None and self.card.capabilities.streaming

    @staticmethod
    def address(client: Client) -> str:
        """Return where a client of it sends to."""
        return str(getattr(getattr(client, "_transport", None), "url", ""))

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the headers for a call: they hold secrets, and go only where they were given
        for, whatever address the card names."""
        return self.headers if origin(httpx.URL(url)) == origin(httpx.URL(self.url)) else {}


def _plain(name: str) -> str:
    """Return a card's name as a plan can write it."""
    return re.sub(r"[^\w.-]+", "_", name.strip()).strip("_").lower() or "agent"
