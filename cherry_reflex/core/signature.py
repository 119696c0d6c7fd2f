"""Short signatures of operations and tools, as a language model reads them first."""

from typing import Any

from cherry_reflex.core.operation import Operation

_SHARED = ("dataset", "title", "language", "filters", "where")
"""Arguments that most have; they are not listed."""

_WORDS_CHARS = 120


def signature(kind: type[Operation] | dict[str, Any], name: str) -> str:
    """Return `name(required;optional)` of an operation, or of a JSON Schema. The words that a
    required argument takes stand behind it."""
    schema = kind if isinstance(kind, dict) else kind.model_json_schema()
    required = schema.get("required", ())
    properties = {k: v for k, v in schema.get("properties", {}).items() if k not in _SHARED}
    first = [_with_words(one, properties[one]) for one in properties if one in required]
    then = [one for one in properties if one not in required]
    return f"{name}({','.join(first)}{';' if then else ''}{','.join(then)})"


def _with_words(name: str, schema: Any) -> str:
    words = schema.get("enum") if isinstance(schema, dict) else None
    told = "|".join(str(word) for word in words or ())
    return f"{name}={told}" if told and len(told) <= _WORDS_CHARS else name
