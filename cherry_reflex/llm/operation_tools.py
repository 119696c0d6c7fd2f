"""Operations as a language model calls them: by name, with arguments that are checked first."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.signature import (
    compact_schema,
    shared_arguments,
    shared_schema,
    signature,
)
from cherry_reflex.core.text import cut
from cherry_reflex.i18n.catalogue import message

SCHEMA_CHARS = 4_000
"""Of one schema that is shown in full."""

_TOLD_ONCE = ("filters", "where")
"""Shared arguments that need words."""


def read_operation(
    kind: type[Operation],
    arguments: Mapping[str, Any],
    tables: Tables,
    results: Collection[str] = (),
) -> Operation:
    """Return the operation with these arguments, which fit the datasets. Tables that are named as
    `results` of earlier steps are not known here: whoever runs the operation checks them.

    Raises ValueError with a sentence that tells a model what to change, the schema included.
    """
    try:
        operation = kind.model_validate(dict(arguments))
        if not results or operation.dataset not in results:
            operation.check(tables)
    except ValidationError as error:
        places = [
            f"{'.'.join(str(p) for p in item['loc']) or kind.name}: {item['msg']}"
            for item in error.errors()
        ]
        wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        wanted = wanted_of(kind.model_json_schema(), kind.name, wrong)
        raise ValueError(f"{'; '.join(places[:8])}. {wanted}") from error
    except BadInput as error:
        raise ValueError(f"{message(error.failure(), ENGLISH)} {error.detail}".strip()) from error
    return operation


def signatures(operations: Sequence[type[Operation]], seen: set[type[Operation]]) -> list[str]:
    """Return the signatures of operations for models that are not in `seen`; they are then. Of
    those that prepare data only the names."""
    found = []
    for kind in operations:
        if kind.for_models and kind not in seen:
            seen.add(kind)
            found.append(f"{kind.name}(…)" if kind.prepares else signature(kind, kind.name))
    return found


def wanted_of(schema: Mapping[str, Any], name: str, wrong: Collection[str]) -> str:
    """Return the signature, and the schema of those arguments that were wrong."""
    properties = {**compact_schema(schema)["properties"], **shared_schema(schema)}
    told = {one: properties[one] for one in properties if one in wrong}
    return f"It is called as {signature(schema, name)} {_json(told) if told else ''}".strip()


def described(operation: type[Operation] | Mapping[str, Any], description: str = "") -> str:
    """Return what an operation or a tool is for, and the schema of its arguments."""
    if isinstance(operation, type):
        description = operation.__doc__ or ""
    shared = ", ".join(one for one in shared_arguments(operation) if one in _TOLD_ONCE)
    also = f" Also {shared}." if shared else ""
    told = f"{' '.join(description.split())} Arguments: {_json(compact_schema(operation))}{also}"
    return cut(told, SCHEMA_CHARS)


def shared_told(operations: Iterable[type[Operation] | Mapping[str, Any]]) -> str:
    """Return what the arguments are that operations share, and how schemas are to be read."""
    found: dict[str, Any] = {}
    for operation in operations:
        schema = shared_schema(operation)
        found |= {one: schema[one] for one in schema if one in _TOLD_ONCE}
    told = f" {_json(found)}" if found else ""
    return f"What has no type is text; the first choice is the default.{told}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
