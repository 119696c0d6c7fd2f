"""Short signatures of operations and tools, as a language model reads them first."""

from typing import Any

from cherry_reflex.core.operation import Operation

_SHARED = ("dataset", "title", "language")
"""Arguments that all have; they are not listed."""


def signature(kind: type[Operation] | dict[str, Any], name: str) -> str:
    """Return `name(required, optional?)` of an operation, or of a JSON Schema."""
    schema = kind if isinstance(kind, dict) else kind.model_json_schema()
    required = schema.get("required", ())
    properties = [one for one in schema.get("properties", {}) if one not in _SHARED]
    first = [one for one in properties if one in required]
    then = [f"{one}?" for one in properties if one not in required]
    return f"{name}({','.join([*first, *then])})"
