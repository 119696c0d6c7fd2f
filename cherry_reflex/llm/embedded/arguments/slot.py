"""A JSON Schema of arguments, taken apart into what must be found for it."""

from dataclasses import dataclass, field
from typing import Any, Literal

SlotKind = Literal[
    "dataset", "column", "choice", "filters", "count", "flag", "language", "code", "free"
]
"""`code` (`x-code`, `x-written`) is what only a language model can write: it is never filled in."""


@dataclass(frozen=True)
class Slot:
    """One argument. `types` are the column types that fit (any when empty)."""

    name: str
    kind: SlotKind
    description: str = ""
    required: bool = False
    many: bool = False
    types: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    default: Any = None
    schema: dict[str, Any] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """Whether it takes a column that the person has named, and no other."""
        return bool(self.schema.get("x-named"))


def slots_of(schema: dict[str, Any]) -> tuple[Slot, ...]:
    """Return the arguments of a JSON Schema object in their order."""
    required = set(schema.get("required", ()))
    return tuple(
        _slot(name, _resolved(prop, schema), name in required, schema)
        for name, prop in schema.get("properties", {}).items()
        if isinstance(prop, dict)
    )


def filter_operators(slot: Slot) -> tuple[str, ...]:
    """Return the operators that the filters of a slot may have."""
    item = slot.schema
    found = item.get("properties", {}).get("op", {})
    return tuple(found.get("enum", ()))


def _slot(name: str, prop: dict[str, Any], required: bool, root: dict[str, Any]) -> Slot:
    known: dict[str, Any] = {
        "name": name,
        "description": prop.get("description", ""),
        "required": required,
        "default": prop.get("default"),
        "schema": prop,
    }
    many = prop.get("type") == "array"
    item = _resolved(prop.get("items", {}), root) if many else prop
    if prop.get("x-dataset"):
        return Slot(kind="dataset", **known)
    if prop.get("x-language"):
        return Slot(kind="language", **known)
    if prop.get("x-code") or prop.get("x-written"):
        return Slot(kind="code", **known)
    if "x-column" in prop:
        types = tuple(prop["x-column"] or ())
        return Slot(kind="column", types=types, many=many or bool(prop.get("x-many")), **known)
    fields = item.get("properties", {})
    if many and {"column", "op", "value"} <= set(fields):
        op = _resolved(fields["op"], root)
        known["schema"] = {**item, "properties": {**fields, "op": op}}
        return Slot(kind="filters", many=True, **known)
    if item.get("enum"):
        choices = tuple(prop.get("x-likely") or item["enum"])
        return Slot(kind="choice", choices=choices, many=many, **known)
    if prop.get("type") == "boolean":
        return Slot(kind="flag", **known)
    if prop.get("type") in ("integer", "number"):
        return Slot(kind="count", **known)
    return Slot(kind="free", many=many, **known)


def _resolved(prop: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref`, and of a choice with null take the other side; own keywords win."""
    own = {key: value for key, value in prop.items() if key not in ("$ref", "anyOf", "allOf")}
    if reference := prop.get("$ref"):
        target: Any = root
        for part in str(reference).removeprefix("#/").split("/"):
            target = target.get(part, {}) if isinstance(target, dict) else {}
        return {**_resolved(target, root), **own}
    for key in ("anyOf", "allOf"):
        sides = [
            side
            for side in prop.get(key, ())
            if isinstance(side, dict) and side.get("type") != "null"
        ]
        if sides:
            return {**_resolved(sides[0], root), **own}
    if "const" in prop:
        own["enum"] = [prop["const"]]
    return own
