"""What a language model is told of an operation or a tool, in few characters.

A signature is read first: it names the arguments, required ones before the others. The compact
schema says the rest when the operation is about to be used. Both leave out the arguments that many
share (`SHARED`), which are told once for all.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cherry_reflex.core.operation import Operation

SHARED = ("dataset", "title", "language", "filters", "where")
"""Arguments that mean the same wherever they are: told once, and taken by whoever has them."""
SQL = "column or SQL"
"""The format of an argument where an SQL expression may stand for a column."""
_WORDS_CHARS_MAX = 120
_LEFT_EMPTY = re.compile(r"[;.,]? ?\(?[Ee]mpty (?!to count)(?:for|to|when) [^.;:)]*\)?\.?$")
"""What a description says of an argument that is left empty: all, none, or the one that suits."""
_PLAIN = (frozenset({"sum", "mean"}), frozenset({"day", "week", "month"}))
"""Choices that say by themselves what they are for: how rows are put together, a length of time."""
_KEPT = ("type", "description", "enum", "const", "required", "format")


def signature(operation: type[Operation] | Mapping[str, Any], name: str = "") -> str:
    """Return `name(required;optional)` of an operation, or of a tool's JSON Schema. The words that
    a required argument takes stand behind it."""
    schema = _schema(operation)
    if not name and isinstance(operation, type):
        name = operation.name
    told = {key: value for key, value in _properties(schema).items() if key not in SHARED}
    required = schema.get("required", ())
    first = [f"{key}{_words(told[key], schema)}" for key in told if key in required]
    then = [key for key in told if key not in required]
    return f"{name}({','.join(first)}{';' if then else ''}{','.join(then)})"


def compact_schema(operation: type[Operation] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of the arguments without those that are shared, without titles, hints
    for planners, examples, and defaults that say nothing. What has no type is text; the first
    choice is the default where none is told."""
    schema = _schema(operation)
    told = {
        key: _compact(value, schema, 0)
        for key, value in _properties(schema).items()
        if key not in SHARED
    }
    required = [key for key in schema.get("required", ()) if key in told]
    found: dict[str, Any] = {"properties": told}
    return {**found, "required": required} if required else found


def shared_arguments(operation: type[Operation] | Mapping[str, Any]) -> tuple[str, ...]:
    """Return which of the shared arguments it takes."""
    return tuple(key for key in SHARED if key in _properties(_schema(operation)))


def shared_schema(operation: type[Operation] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the compact schema of the shared arguments that it takes, to be told once."""
    schema = _schema(operation)
    known = _properties(schema)
    return {key: _compact(known[key], schema, 0, filters=True) for key in shared_arguments(schema)}


def _schema(operation: type[Operation] | Mapping[str, Any]) -> Mapping[str, Any]:
    return operation.model_json_schema() if isinstance(operation, type) else operation


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = schema.get("properties")
    return dict(found) if isinstance(found, Mapping) else {}


def _words(prop: Any, root: Mapping[str, Any]) -> str:
    found = _resolved(prop, root)
    words = "|".join(str(word) for word in found.get("enum", ()) if word not in ("", None))
    return f"={words}" if words and len(words) <= _WORDS_CHARS_MAX else ""


def _compact(
    prop: Any, root: Mapping[str, Any], depth: int, *, filters: bool = False
) -> dict[str, Any]:
    found = _resolved(prop, root)
    kept = {key: found[key] for key in _KEPT if key in found}
    choices = [value for value in found.get("enum", ()) if value not in ("", None)]
    text = _brief(str(kept.pop("description", "")))
    if text and not any(plain <= set(map(str, choices)) for plain in _PLAIN):
        kept["description"] = text
    if choices:
        kept["enum"] = choices
        if "description" in kept and _says(text, choices):
            del kept["enum"]
    if "enum" in found or kept.get("type") == "string":
        kept.pop("type", None)  # what has no type is text
    default = found.get("default")
    is_first = bool(kept.get("enum")) and kept["enum"][0] == default
    is_said = is_first or default in (None, "", "auto", False)
    if not is_said and not isinstance(default, list | dict):
        kept["default"] = default
    if found.get("x-expression"):
        kept["format"] = SQL
    if depth > 3:
        return kept  # a schema of somebody else's that goes round in circles
    if isinstance(items := found.get("items"), Mapping):
        if depth == 0 and _is_filter(_resolved(items, root)) and not filters:
            return {**kept, "items": {"format": "as one of filters"}}
        kept["items"] = _compact(items, root, depth + 1)
        kept["items"].pop("description", None)
        if not kept["items"]:
            del kept["items"]
    if isinstance(inner := found.get("properties"), Mapping):
        kept["properties"] = {k: _compact(v, root, depth + 1) for k, v in inner.items()}
        kept.pop("type", None)
    return kept


def _is_filter(item: Mapping[str, Any]) -> bool:
    return {"column", "op", "value"} <= set(item.get("properties", ()))


def _brief(text: str) -> str:
    """Return a description without what is so of every argument that is left out."""
    return _LEFT_EMPTY.sub(".", text).replace("..", ".")


def _says(description: str, values: Sequence[Any]) -> bool:
    """Whether a description names every choice: it need not be told twice."""
    words = set(re.findall(r"[\w-]+", description))
    return all(str(value) in words for value in values)


def _resolved(prop: Any, root: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Follow `$ref`; of a choice with null take the other side, of others the first."""
    if not isinstance(prop, Mapping) or depth > 8:
        return {}
    own = {key: value for key, value in prop.items() if key not in ("$ref", "anyOf", "allOf")}
    if isinstance(reference := prop.get("$ref"), str):
        target: Any = root
        for part in reference.removeprefix("#/").split("/"):
            target = target.get(part, {}) if isinstance(target, Mapping) else {}
        return {**_resolved(target, root, depth + 1), **own}
    for key in ("anyOf", "allOf", "oneOf"):
        sides = [
            side
            for side in prop.get(key, ())
            if isinstance(side, Mapping) and side.get("type") != "null"
        ]
        if len(sides) == 1:
            return {**_resolved(sides[0], root, depth + 1), **own}
        if sides:
            kinds = [str(side.get("type", "object")) for side in sides]
            return {"type": list(dict.fromkeys(kinds)), **own}
    return own
