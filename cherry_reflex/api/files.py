"""Uploads: streamed to the disk, counted while they arrive, read in a limited process."""

import asyncio
import hashlib
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.answer import answering, body_of, language_of
from cherry_reflex.api.conversations import dataset_json
from cherry_reflex.core.errors import BadInput, LimitExceeded, NotFound, Unavailable
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.datasets.samples import sample, samples
from cherry_reflex.runtime import current

_UNSAFE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NAME_CHARS_MAX = 200


class SampleBody(BaseModel):
    """Body of POST …/samples."""

    name: str


def clean_name(raw: str) -> str:
    """Return a file name without folders, control characters or text-direction marks.

    Raises BadInput `filename_missing`.
    """
    name = raw.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c.isprintable() and c not in _UNSAFE).strip()
    if not name.strip("."):
        raise BadInput("filename_missing")
    if len(name) > NAME_CHARS_MAX:
        stem, dot, suffix = name.rpartition(".")
        name = (stem or suffix)[: NAME_CHARS_MAX - 12] + (dot + suffix[:10] if stem else "")
    return name


async def upload(request: Request) -> Response:
    """Body: the file's bytes as they are. Query: `name`, and where wanted `sheet`, `encoding`."""
    here, conversation_id = current(), request.path_params["conversation_id"]
    await here.conversations.get(LOCAL_OWNER, conversation_id)
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise BadInput("upload_multipart")
    filename = clean_name(request.query_params.get("name", ""))
    limit = here.settings.upload_bytes_max
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise LimitExceeded("upload_large", limit_bytes=limit)
    folder = here.database.folder / "uploads" / conversation_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid4().hex
    try:
        digest = await _receive(request, path, limit)
        made = await here.intake.upload(
            conversation_id,
            path,
            filename,
            sheet=request.query_params.get("sheet", ""),
            encoding=request.query_params.get("encoding", ""),
            sha256=digest,
            language=language_of(request),
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return JSONResponse({"datasets": [dataset_json(dataset) for dataset in made]}, 201)


async def _receive(request: Request, path: Path, limit: int) -> str:
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size_bytes += len(chunk)
                if size_bytes > limit:
                    raise LimitExceeded("upload_large", limit_bytes=limit)
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
    except ClientDisconnect as error:
        raise BadInput("upload_broken_off") from error
    except OSError as error:
        raise Unavailable("storage_full", detail=str(error)) from error
    if not size_bytes:
        raise BadInput("file_empty", name=path.name)
    return digest.hexdigest()


async def list_samples(_: Request) -> Response:
    return JSONResponse([entry.model_dump(mode="json", exclude={"path"}) for entry in samples()])


async def add_sample(request: Request) -> Response:
    here, conversation_id = current(), request.path_params["conversation_id"]
    await here.conversations.get(LOCAL_OWNER, conversation_id)
    body = await body_of(request, SampleBody)
    path = sample(body.name)
    if path is None:
        raise NotFound("sample_unknown", name=body.name[:80])
    digest = await asyncio.to_thread(_sha256, path)
    made = await here.intake.upload(
        conversation_id, path, path.name, sha256=digest, language=language_of(request)
    )
    return JSONResponse({"datasets": [dataset_json(dataset) for dataset in made]}, 201)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


ROUTES = [
    Route("/api/conversations/{conversation_id}/files", answering(upload), methods=["POST"]),
    Route("/api/samples", answering(list_samples), methods=["GET"]),
    Route("/api/conversations/{conversation_id}/samples", answering(add_sample), methods=["POST"]),
]
