"""What a tool says while it works: progress reports as events."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import ProtocolBroken
from cherry_reflex.core.events import StatusChanged
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent

META_KEY = "cherry"


def read_progress(
    done: float, total: float | None, message: str | None, *, own: bool
) -> Iterator[WorkerEvent]:
    """Yield the events in one progress report. Of strangers, the message is what they do now, and
    the count, when there is no message."""
    said = _ours(message) if own and message else None
    if said is None:
        if message:
            yield StatusChanged(text=message[:500])
        elif total:
            yield StatusChanged(text=f"{done:g} / {total:g}")
        return
    if status := said.get("status"):
        yield StatusChanged(text=str(status))
    if artifact := said.get("artifact"):
        yield ArtifactProduced(content=read_artifact(artifact))


def read_artifact(said: Any) -> ArtifactContent:
    """Return an artifact that our own server named by its file.

    Raises ProtocolBroken (`artifact_invalid`).
    """
    try:
        known = {key: said[key] for key in ArtifactContent.model_fields if key in said}
        return ArtifactContent.model_validate({**known, "path": Path(said["path"])})
    except (ValidationError, KeyError, TypeError) as error:
        raise ProtocolBroken("artifact_invalid", detail=str(error)) from error


def _ours(message: str) -> dict[str, Any] | None:
    if not message.startswith("{"):
        return None
    try:
        said = json.loads(message).get(META_KEY)
    except (ValueError, AttributeError):
        return None
    return said if isinstance(said, dict) else None
