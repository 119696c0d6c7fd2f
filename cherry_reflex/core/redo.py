"""How a table or chart can be made again with another choice: kept beside it, so that the columns
that were chosen can be changed with one click."""

from typing import Any

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Operation, Tables

OPERATION = "operation"
"""The key in `WorkerRequest.arguments` by which an agent is told which of its operations to run;
the other keys are the operation's own arguments."""

OPERATIONS = "operations"
"""The key for several: a list of such objects."""


def with_redo(
    content: ArtifactContent, operation: Operation, tables: Tables, call: str = ""
) -> ArtifactContent:
    """Return the artifact with `meta["redo"]`: the operation, its arguments (with the dataset by
    its id) and, for each argument that can be changed, the types of column or the words it takes.

    An artifact of a reading says that by itself: it gets the dataset and the `call` that made it.
    Code is in the artifact's meta already, and is no second time among the arguments. Artifacts
    that say of no choice (`chosen`) and come of no code stay as they are.
    """
    if isinstance(content.meta.get("reading"), dict):
        meant = {"dataset": tables.get(operation.dataset or _named(content)).id}
        again: dict[str, Any] = {OPERATION: operation.name, "arguments": meant, "call": call}
        return content.model_copy(update={"meta": {**content.meta, "redo": {**again, "slots": {}}}})
    found = slots(type(operation))
    code = {name for name, slot in found.items() if "code" in slot}
    if not (content.meta.get("chosen") or (code and "code" in content.meta)):
        return content
    arguments = operation.model_dump(mode="json", exclude_defaults=True, exclude=code)
    if tables.datasets:
        arguments["dataset"] = tables.get(operation.dataset).id
    redo = {OPERATION: operation.name, "arguments": arguments, "slots": found}
    if code:
        redo["call"] = call
    return content.model_copy(update={"meta": {**content.meta, "redo": redo}})


def _named(content: ArtifactContent) -> str:
    reading = content.meta["reading"].get("reading")
    return str(reading.get("dataset", "")) if isinstance(reading, dict) else ""


def slots(kind: type[Operation]) -> dict[str, dict[str, Any]]:
    """Return what can be changed: argument -> `{"types", "many"}` of a column, `{"choices"}`, or
    `{"code"}`, the language in which it is written."""
    found: dict[str, dict[str, Any]] = {}
    for name, schema in kind.model_json_schema()["properties"].items():
        if "x-column" in schema:
            found[name] = {"types": schema["x-column"], "many": schema.get("x-many", False)}
        elif schema.get("x-written"):
            continue
        elif schema.get("enum"):
            found[name] = {"choices": schema.get("x-likely") or schema["enum"]}
        elif schema.get("x-code"):
            found[name] = {"code": schema["x-code"]}
    return found
