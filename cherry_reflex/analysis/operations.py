"""Operations, run in the sandbox."""

import asyncio
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cherry_reflex.analysis.digests.digest import digest_of
from cherry_reflex.analysis.progress import hand_over, heard_by, progress
from cherry_reflex.analysis.value_index import beside
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import NotFound, WorkerFailed
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.processes.sandbox_worker import Progress


async def run_operation(
    sandbox: Sandbox, operation: Operation, tables: Tables, *, timeout_s: float | None = None
) -> Outcome:
    """Check and run an operation; its artifacts are files in `tables.folder`, or in the files of
    the conversation.

    Raises what `Operation.check`, `Operation.outside` and `Operation.run` raise, what
    `Sandbox.call` raises, and WorkerFailed `analysis_outside` when what comes back names any other
    file.
    """
    operation.check(tables)
    outside = await asyncio.to_thread(operation.outside)
    kind = type(operation)
    module = module_of(kind)
    result = await sandbox.call(
        f"{__name__}:perform",
        {
            "operation": f"{module}:{kind.__qualname__}",
            "arguments": operation.model_dump(mode="json"),
            "tables": tables.model_copy(update={"outside": outside}).model_dump(mode="json"),
        },
        folder=tables.folder,
        read=[*_files(tables), *outside.files],
        connect=outside.ports,
        modules=[module, *outside.modules],
        foreign=operation.runs_code,
        shared=operation.saves_in(tables),
        timeout_s=timeout_s or operation.limit_s or None,
        on_progress=partial(_pass_on, tables, shows=not operation.runs_code),
    )
    try:
        outcome = Outcome.model_validate_json(str(result.get("outcome")))
    except ValidationError as error:
        # Code that others wrote may have answered in our place.
        raise WorkerFailed("analysis_failed", f"{error.error_count()} errors") from error
    for content in outcome.artifacts:
        _require_own(content, tables)
    return outcome


def module_of(kind: type[Operation]) -> str:
    """Return the name under which another process finds an operation's module: also of one in a
    program that was started as `python -m`; `__main__` where there is no other."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name if kind.__module__ == "__main__" and spec is not None else kind.__module__


def perform(payload: dict[str, Any], folder: Path, tell: Progress) -> dict[str, Any]:
    """Run the operation that `payload` names; inside the sandbox.

    Bytes of artifacts become files in `folder`, so that only small values travel back.
    """
    module, _, name = payload["operation"].partition(":")
    kind = getattr(import_module(module), name)
    if not issubclass(kind, Operation):
        raise NotFound("operation_unknown", name=payload["operation"])
    operation: Operation = kind.model_validate(payload["arguments"])
    tables = Tables.model_validate(payload["tables"]).model_copy(update={"folder": folder})
    # Keyed by identity; the contents are kept, so that no identity comes twice.
    handed: dict[int, tuple[ArtifactContent, ArtifactContent]] = {}

    def show(content: ArtifactContent) -> None:
        filed = _filed(content, folder)
        handed[id(content)] = content, filed
        tell({"artifact": filed.model_dump(mode="json")})

    with heard_by(lambda words: tell({"status": words}), show):
        outcome = operation.run(operation.opened(tables))
    artifacts = tuple(
        handed[id(content)][1] if id(content) in handed else _filed(content, folder)
        for content in outcome.artifacts
    )
    filed = outcome.model_copy(update={"artifacts": artifacts})
    told = filed.model_copy(update={"digest": digest_of(filed)})
    return {"outcome": told.model_dump_json()}


def _files(tables: Tables) -> list[Path]:
    paths = [Tables.path(dataset) for dataset in tables.datasets]
    return [path for own in paths for path in (own, beside(own)) if path.exists()]


def _pass_on(tables: Tables, said: dict[str, Any], *, shows: bool) -> None:
    """Pass on what is said meanwhile. Code that others wrote `shows` nothing before it has ended:
    its files could become others after they were looked at."""
    if "artifact" not in said:
        progress(str(said.get("status", "")))
    elif shows:
        content = ArtifactContent.model_validate(said["artifact"])
        _require_own(content, tables)
        hand_over(content)


def _require_own(content: ArtifactContent, tables: Tables) -> None:
    """Raise WorkerFailed `analysis_outside` for a file, links followed, that is not the operation's
    own: code that others wrote runs in there, and may say anything."""
    if content.path is None:
        return
    path, own = content.path.resolve(), (tables.folder, tables.conversation_files)
    if not any(folder and path.is_relative_to(folder.resolve()) for folder in own):
        raise WorkerFailed("analysis_outside", detail=str(content.path))


def _filed(content: ArtifactContent, folder: Path) -> ArtifactContent:
    """Return the artifact with its bytes in a file. Operations of one step share the folder."""
    if content.data is None:
        return content
    path = folder / f"{new_id()}.bin"
    path.write_bytes(content.data)
    return content.model_copy(update={"data": None, "path": path})
