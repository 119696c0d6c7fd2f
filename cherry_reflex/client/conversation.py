"""A conversation: its data, its questions, its export."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import anyio
from pydantic import BaseModel

from cherry_reflex.client.connection import Connection
from cherry_reflex.client.run import Run
from cherry_reflex.client.values import ConversationView
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.parse_options import ParseOptions

ExportFormat = Literal["markdown", "html", "notebook"]

_CHUNK_BYTES = 1 << 20


class _Datasets(BaseModel):
    datasets: tuple[Dataset, ...]


class _Started(BaseModel):
    run_id: str


class Conversation:
    """A conversation by its id. Nothing is asked of the server until a method is called; methods
    raise what `Connection` does, NotFound `conversation_unknown` among it."""

    def __init__(self, connection: Connection, conversation_id: str) -> None:
        self._connection = connection
        self._path = f"/api/conversations/{conversation_id}"
        self.id = conversation_id

    async def upload(
        self,
        file: Path | bytes,
        name: str = "",
        options: ParseOptions | None = None,
        language: Language | None = None,
    ) -> tuple[Dataset, ...]:
        """Send a file and return what was read of it, a dataset a table. `name` is the file's own
        unless given; bytes need one. `options` override what would be found out, `language` is
        that of the notes. Raises BadInput and LimitExceeded saying what is wrong with the file."""
        query = {
            "name": name or (file.name if isinstance(file, Path) else ""),
            "language": language or "",
        }
        if options is not None:
            query["options"] = options.model_dump_json(exclude_unset=True)
        size = len(file) if isinstance(file, bytes) else (await anyio.Path(file).stat()).st_size
        said = await self._connection.value(
            _Datasets,
            "POST",
            f"{self._path}/files",
            content=file if isinstance(file, bytes) else _chunks(file),
            headers={"Content-Length": str(size)},
            query=query,
            is_patient=True,
        )
        return said.datasets

    async def take_sample(self, name: str) -> tuple[Dataset, ...]:
        """Add sample data of the server (`CherryClient.samples`)."""
        said = await self._connection.value(
            _Datasets, "POST", f"{self._path}/samples", body={"name": name}, is_patient=True
        )
        return said.datasets

    async def ask(
        self,
        question: str,
        *,
        language: Language | None = None,
        datasets: Sequence[str] = (),
        worker: str = "",
        arguments: Mapping[str, Any] | None = None,
        run_id: str = "",
    ) -> Run:
        """Ask, and return the run that began. `datasets` are ids, all when empty; `worker` is the
        one agent, server or `server/tool` that is asked, with `arguments` where they are chosen
        already. Sent again with the same `run_id` (32 hexadecimal digits) it is asked once."""
        body = {
            "question": question,
            "language": language or "",
            "datasets": list(datasets),
            "worker": worker,
            "arguments": None if arguments is None else dict(arguments),
            "run_id": run_id,
        }
        said = await self._connection.value(_Started, "POST", f"{self._path}/runs", body=body)
        return Run(self._connection, said.run_id, self.id)

    async def view(self, limit: int = 50, before: int = 0) -> ConversationView:
        """Return the newest runs, at most `limit`, or those before a seq."""
        return await self._connection.value(
            ConversationView, "GET", self._path, query={"limit": limit, "before": before}
        )

    async def export(self, format: ExportFormat, run_id: str = "") -> bytes:
        """Return the conversation as a file, or one answer of it."""
        query = {"format": format, "run": run_id}
        return await self._connection.content(f"{self._path}/export", query)

    async def delete(self) -> None:
        """Delete it; for a day it can be restored."""
        await self._connection.done("DELETE", self._path)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        while chunk := await file.read(_CHUNK_BYTES):
            yield chunk
