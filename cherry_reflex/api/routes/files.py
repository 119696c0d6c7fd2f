"""Uploads: streamed to the disk, counted while they arrive, read in a limited process."""

import asyncio
import hashlib
import shutil
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, body_of, language_of
from cherry_reflex.api.routes.conversations import dataset_json
from cherry_reflex.core.errors import BadInput, LimitExceeded, NotFound, Unavailable
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.datasets.samples import sample, samples
from cherry_reflex.runtime import current

_UNSAFE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NAME_CHARS_MAX = 200
ROOM_BYTES = 64_000_000
"""Space on the disk that no upload may take."""
_LOOK_BYTES = 8_000_000


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
    """Body: the file's bytes as they are. Query: `name`, and where wanted `options` (ParseOptions
    as JSON), or of these `sheet` and `encoding` alone."""
    here, conversation_id = current(), request.path_params["conversation_id"]
    await here.conversations.get(owner_of(request), conversation_id)
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise BadInput("upload_multipart")
    filename = clean_name(request.query_params.get("name", ""))
    options = _options(request)
    limit = here.settings.upload_bytes_max
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise LimitExceeded("upload_large", limit_bytes=limit)
    folder = here.database.layout.uploads(conversation_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _leave_room(folder, int(length) if length.isdecimal() else 0)
    path = folder / uuid4().hex
    try:
        digest = await _receive(request, path.with_suffix(".part"), filename, limit)
        await asyncio.to_thread(path.with_suffix(".part").replace, path)
        made = await here.intake.upload(
            conversation_id,
            path,
            filename,
            options=options,
            sha256=digest,
            language=language_of(request),
            kept=path.name,
        )
    except BaseException:
        for left in (path, path.with_suffix(".part")):
            left.unlink(missing_ok=True)
        raise
    return JSONResponse({"datasets": [dataset_json(dataset, COLUMNS_MAX) for dataset in made]}, 201)


def _options(request: Request) -> ParseOptions:
    query = request.query_params
    said = {name: query[name] for name in ("sheet", "encoding") if query.get(name)}
    return ParseOptions.of(query.get("options") or "{}").model_copy(update=said)


async def read_again(request: Request) -> Response:
    """Read the file of a dataset in another way: the body is a ParseOptions, laid over what was
    said before (null: to be found out). What is made takes the dataset's place. Nothing changes
    when it cannot be read so."""
    made = await current().intake.read_again(
        owner_of(request),
        request.path_params["dataset_id"],
        await body_of(request, ParseOptions),
        language_of(request),
    )
    return JSONResponse({"datasets": [dataset_json(dataset, COLUMNS_MAX) for dataset in made]}, 201)


async def _receive(request: Request, path: Path, filename: str, limit: int) -> str:
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size_bytes += len(chunk)
                if size_bytes > limit:
                    raise LimitExceeded("upload_large", limit_bytes=limit)
                if size_bytes // _LOOK_BYTES != (size_bytes - len(chunk)) // _LOOK_BYTES:
                    _leave_room(path)
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
    except ClientDisconnect as error:
        raise BadInput("upload_broken_off") from error
    except OSError as error:
        raise Unavailable("storage_full", detail=str(error)) from error
    if not size_bytes:
        raise BadInput("file_empty", name=filename)
    return digest.hexdigest()


def _leave_room(path: Path, coming_bytes: int = 0) -> None:
    """Refuse a file before it fills the disk: runs under way need room as well.

    Raises Unavailable `storage_full`.
    """
    free = shutil.disk_usage(path if path.is_dir() else path.parent).free
    if free - coming_bytes < ROOM_BYTES:
        raise Unavailable("storage_full", detail=f"{free} bytes are free")


async def list_samples(_: Request) -> Response:
    return JSONResponse([entry.model_dump(mode="json", exclude={"path"}) for entry in samples()])


async def add_sample(request: Request) -> Response:
    here, conversation_id = current(), request.path_params["conversation_id"]
    await here.conversations.get(owner_of(request), conversation_id)
    body = await body_of(request, SampleBody)
    path = sample(body.name)
    if path is None:
        raise NotFound("sample_unknown", name=body.name[:80])
    digest = await asyncio.to_thread(_sha256, path)
    made = await here.intake.upload(
        conversation_id, path, path.name, sha256=digest, language=language_of(request)
    )
    return JSONResponse({"datasets": [dataset_json(dataset, COLUMNS_MAX) for dataset in made]}, 201)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


ROUTES = [
    Route("/api/datasets/{dataset_id}/read-again", answering(read_again), methods=["POST"]),
    Route("/api/conversations/{conversation_id}/files", answering(upload), methods=["POST"]),
    Route("/api/samples", answering(list_samples), methods=["GET"]),
    Route("/api/conversations/{conversation_id}/samples", answering(add_sample), methods=["POST"]),
]
