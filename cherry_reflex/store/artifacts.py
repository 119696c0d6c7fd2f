"""The artifacts of runs: bytes in files, what they are in the database."""

import asyncio
import mimetypes
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session, col, select

from cherry_reflex.core.artifact import ArtifactContent, ArtifactRef
from cherry_reflex.core.errors import NotFound, Unavailable
from cherry_reflex.core.ids import new_id
from cherry_reflex.store.database import Database
from cherry_reflex.store.schema import ArtifactRow, ConversationRow

_SUFFIXES = {
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.plotly.v1+json": ".plotly.json",
    "text/markdown": ".md",
}


@dataclass(frozen=True)
class ResultTable:
    """A table of results, by the name that later steps call it."""

    name: str
    id: str
    """The artifact's."""
    path: Path
    title: str
    rows: int
    columns: tuple[str, ...]


class ArtifactStore:
    """The repository. A file is complete on the disk before its row says that it exists."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._layout = database.layout

    async def put(
        self, conversation_id: str, run_id: str, step: str, content: ArtifactContent
    ) -> ArtifactRef:
        """Keep an artifact and return its reference. Raises Unavailable `storage_full`."""
        artifact_id = new_id()
        path = self.path(conversation_id, artifact_id, content.type)
        size_bytes = await asyncio.to_thread(self._keep, content, path)
        ref = ArtifactRef(
            id=artifact_id,
            kind=content.kind,
            title=content.title,
            media_type=content.type,
            filename=Path(content.filename).name or f"{content.title or 'artifact'}{path.suffix}",
            size_bytes=size_bytes,
            meta=content.meta,
        )
        row = ArtifactRow(
            id=artifact_id,
            conversation_id=conversation_id,
            run_id=run_id,
            step=step,
            path=path.relative_to(self._layout.data_dir).as_posix(),
            body=ref.model_dump_json(),
            created_at=time.time(),
        )
        values = row.model_dump()
        await self._database.write(
            lambda connection: connection.execute(insert(ArtifactRow), [values])
        )
        return ref

    def path(self, conversation_id: str, artifact_id: str, media_type: str) -> Path:
        """Return the file in which an artifact of a conversation is kept."""
        suffix = _SUFFIXES.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"
        return self._layout.artifacts(conversation_id) / f"{artifact_id}{suffix}"

    async def get(self, owner: str, artifact_id: str) -> tuple[ArtifactRef, Path]:
        """Return an artifact and its file. Raises NotFound `artifact_unknown`."""

        def query(session: Session) -> tuple[ArtifactRef, Path]:
            row = session.get(ArtifactRow, artifact_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if row is None or conversation is None or conversation.owner != owner:
                raise NotFound("artifact_unknown")
            return ArtifactRef.model_validate_json(row.body), self._layout.data_dir / row.path

        return await self._database.read(query)

    async def owner(self, artifact_id: str) -> str:
        """Return whose artifact it is. Raises NotFound `artifact_unknown`."""

        def query(session: Session) -> str:
            row = session.get(ArtifactRow, artifact_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if conversation is None:
                raise NotFound("artifact_unknown")
            return conversation.owner

        return await self._database.read(query)

    async def tables(self, conversation_id: str) -> dict[str, ResultTable]:
        """Return the tables of a conversation that have a name (`meta["name"]`), by it, oldest
        first; of those that share one, the newest."""

        def query(session: Session) -> dict[str, ResultTable]:
            rows = session.exec(
                select(ArtifactRow)
                .where(ArtifactRow.conversation_id == conversation_id)
                .where(col(ArtifactRow.body).contains('"kind":"table"', autoescape=True))
                .order_by(col(ArtifactRow.created_at))
            )
            found: dict[str, ResultTable] = {}
            for row in rows:
                ref = ArtifactRef.model_validate_json(row.body)
                if ref.kind != "table" or not (name := str(ref.meta.get("name", ""))):
                    continue
                found[name] = ResultTable(
                    name=name,
                    id=ref.id,
                    path=self._layout.data_dir / row.path,
                    title=ref.title,
                    rows=int(ref.meta.get("rows", 0)),
                    columns=tuple(str(one) for one in ref.meta.get("columns", ())),
                )
            return found

        return await self._database.read(query)

    @staticmethod
    def _keep(content: ArtifactContent, target: Path) -> int:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_suffix(".part")
        try:
            with part.open("wb") as file:
                if content.data is not None:
                    file.write(content.data)
                elif content.path is not None:
                    with content.path.open("rb") as source:
                        shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Unavailable("storage_full", detail=str(error)) from error
        return target.stat().st_size
