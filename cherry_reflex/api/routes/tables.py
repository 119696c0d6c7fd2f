"""Datasets and artifacts over HTTP: what they are, their rows by page, and downloads."""

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.analysis.results.content import load_bytes
from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, language_of, number_of
from cherry_reflex.api.routes.conversations import dataset_json
from cherry_reflex.core.errors import BadInput, NotFound, WorkerFailed
from cherry_reflex.core.ids import ORCHESTRATOR, new_id
from cherry_reflex.core.orchestration import Suggest
from cherry_reflex.core.unit import Unit, units_of
from cherry_reflex.core.worker import ArtifactProduced, WorkerRequest
from cherry_reflex.datasets.export import MEDIA_TYPES, export
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.datasets.rows import read_rows
from cherry_reflex.runtime import current

ROWS_MAX = 1000
PARQUET = "application/vnd.apache.parquet"
_ACTIVE = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml")
"""Types that a browser would run or render: only ever downloaded."""


async def dataset(request: Request) -> Response:
    found, _ = await current().datasets.get(owner_of(request), request.path_params["dataset_id"])
    return JSONResponse(dataset_json(found, COLUMNS_MAX))


async def dataset_rows(request: Request) -> Response:
    found, _ = await current().datasets.get(owner_of(request), request.path_params["dataset_id"])
    units = {c.name: c.shown_unit for c in found.columns if c.shown_unit}
    return await _rows(request, Path(found.uri.removeprefix("file://")), units)


async def dataset_download(request: Request) -> Response:
    dataset_id = request.path_params["dataset_id"]
    try:
        found, _ = await current().datasets.get(owner_of(request), dataset_id)
    except NotFound as error:
        # Workers get tables of results as datasets, under the ids of the artifacts.
        with suppress(NotFound):
            return await _artifact_download(request, dataset_id)
        raise error
    percent = [column.name for column in found.columns if column.is_fraction]
    return await _download(request, Path(found.uri.removeprefix("file://")), found.name, percent)


async def suggestions(request: Request) -> Response:
    """Questions worth asking about a dataset, from the orchestrator."""
    here, language = current(), language_of(request)
    found, conversation_id = await here.datasets.get(
        owner_of(request), request.path_params["dataset_id"]
    )
    work = WorkerRequest(
        conversation_id=conversation_id,
        run_id=new_id(),
        step_id="suggest",
        worker=ORCHESTRATOR,
        request="suggest",
        language=language,
        datasets=(found,),
        orchestration=Suggest(),
    )
    async for event in here.workers.call(work).events():
        if isinstance(event, ArtifactProduced):
            return JSONResponse({"suggestions": json.loads(await load_bytes(event.content))})
    raise WorkerFailed("suggestions_missing")


async def artifact(request: Request) -> Response:
    ref, path = await current().artifacts.get(owner_of(request), request.path_params["artifact_id"])
    kind = "application/octet-stream" if ref.media_type.split(";")[0] in _ACTIVE else ref.media_type
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type=kind, headers=headers)


async def artifact_rows(request: Request) -> Response:
    ref, path = await current().artifacts.get(owner_of(request), request.path_params["artifact_id"])
    if ref.media_type != PARQUET:
        raise BadInput("artifact_not_table", title=ref.title)
    return await _rows(request, path, units_of(ref.meta))


async def artifact_download(request: Request) -> Response:
    return await _artifact_download(request, request.path_params["artifact_id"])


async def _artifact_download(request: Request, artifact_id: str) -> Response:
    ref, path = await current().artifacts.get(owner_of(request), artifact_id)
    if ref.media_type == PARQUET and request.query_params.get("format", "parquet") != "parquet":
        percent = [name for name, unit in units_of(ref.meta).items() if unit.is_fraction]
        return await _download(request, path, ref.title, percent)
    return FileResponse(path, headers=_attachment(ref.filename), media_type=ref.media_type)


async def _rows(request: Request, path: Path, units: Mapping[str, Unit]) -> Response:
    """Answer a page of rows; a column of a unit says it (`{"symbol", "is_fraction"}`)."""
    page = await asyncio.to_thread(
        read_rows,
        path,
        number_of(request, "offset", 0, 0, 2**40),
        number_of(request, "limit", 100, 1, ROWS_MAX),
        request.query_params.get("sort", ""),
        request.query_params.get("desc", "") in ("1", "true"),
    )
    for column in page["columns"]:
        if column["name"] in units:
            column["unit"] = units[column["name"]].model_dump()
    return JSONResponse(page)


async def _download(request: Request, path: Path, name: str, percent: Sequence[str]) -> Response:
    wanted = request.query_params.get("format", "csv")
    if wanted not in MEDIA_TYPES:
        raise BadInput("export_format", format=wanted[:20], formats=", ".join(MEDIA_TYPES))
    headers = _attachment(f"{name}.{wanted}")
    if wanted == "parquet":
        return FileResponse(path, media_type=PARQUET, headers=headers)
    folder = tempfile.TemporaryDirectory(prefix="cherry-export-")
    made = Path(folder.name) / f"export.{wanted}"
    try:
        await asyncio.to_thread(export, path, wanted, made, percent)
    except BaseException:
        folder.cleanup()
        raise
    gone = BackgroundTask(folder.cleanup)
    return FileResponse(made, media_type=MEDIA_TYPES[wanted], headers=headers, background=gone)


def _attachment(filename: str) -> dict[str, str]:
    # RFC 6266 with RFC 5987 encoding: names may be Korean.
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}"}


ROUTES = [
    Route("/api/datasets/{dataset_id}", answering(dataset), methods=["GET"]),
    Route("/api/datasets/{dataset_id}/rows", answering(dataset_rows), methods=["GET"]),
    Route("/api/datasets/{dataset_id}/download", answering(dataset_download), methods=["GET"]),
    Route("/api/datasets/{dataset_id}/suggestions", answering(suggestions), methods=["GET"]),
    Route("/api/artifacts/{artifact_id}", answering(artifact), methods=["GET"]),
    Route("/api/artifacts/{artifact_id}/rows", answering(artifact_rows), methods=["GET"]),
    Route("/api/artifacts/{artifact_id}/download", answering(artifact_download), methods=["GET"]),
]
