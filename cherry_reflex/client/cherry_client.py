"""The way in: a server at an address, and who asks."""

from typing import Literal, Self

import httpx

from cherry_reflex.client.connection import Connection
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.client.run import Run
from cherry_reflex.client.values import ConversationSummary, Rows, Sample, Session
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language

TableFormat = Literal["csv", "xlsx", "json", "parquet"]
TableKind = Literal["artifacts", "datasets"]


class CherryClient:
    """A client of the CherryAI at `url`, open inside `async with`. `token` is one of the person who
    asks (`Authorization: Bearer`); who has none signs in, where that is wanted at all. `timeout_s`
    is the wait for an answer, not for the end of a run.

    All methods, and those of what they return, raise errors of `core.errors`: what the server
    answered, Unavailable `server_unreachable`, ProtocolBroken `server_answer`.
    """

    def __init__(self, url: str, *, token: str = "", timeout_s: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout_s)
        self._connection = Connection(self._http)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def sign_in(self, name: str, password: str) -> Session:
        """Sign in; what is asked from now on is asked by that person. Raises SignInNeeded
        `sign_in_wrong`, TooOften, NotFound `login_off` where nobody needs to."""
        credentials = {"name": name, "password": password}
        return await self._connection.value(Session, "POST", "/api/session", body=credentials)

    async def sign_out(self) -> None:
        """End the session."""
        await self._connection.done("DELETE", "/api/session")

    async def session(self) -> Session:
        """Return who is signed in."""
        return await self._connection.value(Session, "GET", "/api/session")

    async def samples(self) -> tuple[Sample, ...]:
        """Return the sample data that there is."""
        return await self._connection.value(tuple[Sample, ...], "GET", "/api/samples")

    async def create_conversation(self, title: str = "") -> Conversation:
        """Begin a conversation."""
        made = await self._connection.value(
            ConversationSummary, "POST", "/api/conversations", body={"title": title}
        )
        return self.conversation(made.id)

    async def conversations(self, query: str = "") -> tuple[ConversationSummary, ...]:
        """Return the person's conversations, newest first; `query` looks in titles and content."""
        return await self._connection.value(
            tuple[ConversationSummary, ...], "GET", "/api/conversations", query={"query": query}
        )

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation that there is already."""
        return Conversation(self._connection, conversation_id)

    def run(self, run_id: str, conversation_id: str = "") -> Run:
        """Return a run that there is already."""
        return Run(self._connection, run_id, conversation_id)

    async def dataset(self, dataset_id: str) -> Dataset:
        """Return what is known of a dataset, all of its columns; its `uri` is empty."""
        return await self._connection.value(Dataset, "GET", f"/api/datasets/{dataset_id}")

    async def suggestions(self, dataset_id: str, language: Language) -> tuple[str, ...]:
        """Return questions worth asking about a dataset."""
        said = await self._connection.value(
            dict[str, tuple[str, ...]],
            "GET",
            f"/api/datasets/{dataset_id}/suggestions",
            query={"language": language},
        )
        return said["suggestions"]

    async def artifact(self, artifact_id: str) -> bytes:
        """Return the bytes of an artifact as they are kept: a table as Parquet, a chart as JSON."""
        return await self._connection.content(f"/api/artifacts/{artifact_id}")

    async def rows(
        self,
        table_id: str,
        kind: TableKind = "artifacts",
        *,
        offset: int = 0,
        limit: int = 100,
        sort: str = "",
        descending: bool = False,
    ) -> Rows:
        """Return rows of a table artifact or a dataset, at most 1,000, where wanted in the order of
        a column. Raises BadInput `artifact_not_table`, `column_unknown`."""
        return await self._connection.value(
            Rows,
            "GET",
            f"/api/{kind}/{table_id}/rows",
            query={"offset": offset, "limit": limit, "sort": sort, "desc": int(descending)},
        )

    async def download(
        self, table_id: str, format: TableFormat, kind: TableKind = "artifacts"
    ) -> bytes:
        """Return a table as a file."""
        path = f"/api/{kind}/{table_id}/download"
        return await self._connection.content(path, {"format": format})
