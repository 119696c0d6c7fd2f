"""The artifacts of runs: bytes in files, what they are in the database."""

import asyncio
import mimetypes
import os
import shutil
import time
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

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
        suffix = _SUFFIXES.get(content.type) or mimetypes.guess_extension(content.type) or ".bin"
        path = self._layout.artifacts(conversation_id) / f"{artifact_id}{suffix}"
        size_bytes = await asyncio.to_thread(self._keep, content, path)
        ref = ArtifactRef(
            id=artifact_id,
            kind=content.kind,
            title=content.title,
            media_type=content.type,
            filename=Path(content.filename).name or f"{content.title or 'artifact'}{suffix}",
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

    async def get(self, owner: str, artifact_id: str) -> tuple[ArtifactRef, Path]:
        """Return an artifact and its file. Raises NotFound `artifact_unknown`."""

        def query(session: Session) -> tuple[ArtifactRef, Path]:
            row = session.get(ArtifactRow, artifact_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if row is None or conversation is None or conversation.owner != owner:
                raise NotFound("artifact_unknown")
            return ArtifactRef.model_validate_json(row.body), self._layout.data_dir / row.path

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
