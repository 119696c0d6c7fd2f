"""Operations as a language model calls them: by name, with arguments that are checked first."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.signature import signature
from cherry_reflex.i18n.catalogue import message

SCHEMA_CHARS = 4_000
"""Of one schema that is shown in full."""

_NOISE = ("title", "x-column", "x-many", "x-named", "x-least", "x-dataset", "x-code")
"""Keys of a schema that say nothing to a model that the rest does not say."""


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


def wanted_of(schema: dict[str, Any], name: str, wrong: Collection[str]) -> str:
    """Return the signature, and the schema of those arguments that were wrong."""
    properties = schema.get("properties", {})
    told = {one: properties[one] for one in properties if one in wrong}
    text = json.dumps(told, ensure_ascii=False)
    used = {n: d for n, d in schema.get("$defs", {}).items() if f"#/$defs/{n}" in text}
    shown = compact_schema({**told, **({"$defs": used} if used else {})}) if told else ""
    return f"It is called as {signature(schema, name)} {shown}".strip()


def described(kind: type[Operation]) -> str:
    """Return what an operation is for, and the schema of its arguments."""
    told = " ".join((kind.__doc__ or "").split())
    return f"{told} Arguments: {compact_schema(kind.model_json_schema())}"


def compact_schema(schema: dict[str, Any]) -> str:
    """Return a JSON Schema as short JSON: what a model needs to fill it in."""
    text = json.dumps(_pruned(schema), ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= SCHEMA_CHARS else f"{text[:SCHEMA_CHARS]}… (cut)"


def _pruned(value: Any, *, names: bool = False) -> Any:
    """`names`: the keys are names of properties, which are kept whatever they are."""
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _pruned(item, names=key in ("properties", "$defs") and not names)
        for key, item in value.items()
        if names or (key not in _NOISE and not (key == "default" and item in (None, "", [], {})))
    }
