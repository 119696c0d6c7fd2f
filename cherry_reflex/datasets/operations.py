"""Operations, run in the sandbox."""

from importlib import import_module
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Operation, Outcome, Tables, heard_by, progress
from cherry_reflex.datasets.cell import Progress
from cherry_reflex.datasets.sandbox import Sandbox


async def run_operation(
    sandbox: Sandbox, operation: Operation, tables: Tables, *, timeout_s: float | None = None
) -> Outcome:
    """Check and run an operation; its artifacts are files in `tables.folder`.

    Raises what `Operation.check` and `Operation.run` raise, and what `Sandbox.call` raises.
    """
    operation.check(tables)
    kind = type(operation)
    result = await sandbox.call(
        f"{__name__}:perform",
        {
            "operation": f"{kind.__module__}:{kind.__qualname__}",
            "arguments": operation.model_dump(mode="json"),
            "tables": tables.model_dump(mode="json"),
        },
        folder=tables.folder,
        timeout_s=timeout_s,
        on_progress=lambda news: progress(str(news.get("status", ""))),
    )
    return Outcome.model_validate_json(result["outcome"])


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
    with heard_by(lambda words: tell({"status": words})):
        outcome = operation.run(tables)
    artifacts = []
    for content in outcome.artifacts:
        if content.data is not None:
            # Operations of one step share the folder.
            path = folder / f"{new_id()}.bin"
            path.write_bytes(content.data)
            content = content.model_copy(update={"data": None, "path": path})
        artifacts.append(content)
    return {"outcome": outcome.model_copy(update={"artifacts": tuple(artifacts)}).model_dump_json()}
