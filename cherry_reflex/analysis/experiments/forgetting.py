"""What is left of conversations that were deleted for good: their experiments go as well."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.experiments.logbook import FILE, Logbook
from cherry_reflex.core.operation import Tables


def forget(
    payload: dict[str, Any], folder: Path, progress: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Remove the experiments of the conversations whose folders of models (paths) `payload` names;
    for a limited process, as MLflow is large. Those beside which there is no store have none."""
    for path in map(Path, payload["conversation_files"]):
        if (path.parent / FILE).is_file():
            Logbook(Tables(datasets=(), folder=folder, conversation_files=path)).forget()
    return {}
