"""What a language model is told of operations and tools, in few characters."""

import json
from typing import Any, ClassVar

import pytest
from pydantic import Field

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.wrangling.deriving import DeriveColumn
from cherry_reflex.core.operation import Operation
from cherry_reflex.core.signature import (
    SHARED,
    compact_schema,
    shared_arguments,
    shared_schema,
    signature,
)
from cherry_reflex.workers.own import own_roster
from tests.operations.everyone import OPERATIONS

SCHEMAS_CHARS_MAX = 40_000
SIGNATURES_CHARS_MAX = 8_000
OFFERED = {name: kind for name, kind in OPERATIONS.items() if kind.for_models}


def _chars(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _tools() -> dict[str, dict[str, Any]]:
    return {f.name: f.input_schema for entry in own_roster().tools for f in entry.tools}


def test_all_schemas_and_signatures_fit_in_what_is_given_to_them() -> None:
    tools = _tools()
    told: dict[str, Any] = {**tools, **OFFERED}
    assert set(tools) <= set(OFFERED) and len(told) > 100
    schemas = {name: compact_schema(one) for name, one in told.items()}
    assert _chars(schemas) + _chars(shared_schema(Aggregate)) <= SCHEMAS_CHARS_MAX
    signatures = "\n".join(signature(one, name) for name, one in told.items())
    assert len(signatures) <= SIGNATURES_CHARS_MAX


@pytest.mark.parametrize("name", sorted(_tools()))
def test_a_tool_is_told_as_its_operation_is(name: str) -> None:
    assert signature(_tools()[name], name) == signature(OPERATIONS[name])
    assert compact_schema(_tools()[name]) == compact_schema(OPERATIONS[name])


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_every_argument_is_in_the_signature_or_shared(name: str) -> None:
    kind = OFFERED[name]
    told = signature(kind)
    for argument, info in kind.model_fields.items():
        if argument in SHARED:
            assert argument in shared_arguments(kind)
            continue
        first, _, then = told.removesuffix(")").partition("(")[2].partition(";")
        part = first if info.is_required() else then
        assert argument in [one.split("=")[0] for one in part.split(",")]
        assert argument in compact_schema(kind)["properties"]
    assert kind.__doc__, "a model is told nothing of it"


class _Brew(Operation):
    """Brews."""

    name: ClassVar[str] = "brew"

    sort: str = Field("", description="Sort of tea; empty for the usual one.")
    minutes: int = Field(description="Minutes.")
    how: str = Field(json_schema_extra={"enum": ["cold", "hot"]})
    where_from: str = Field(
        "", json_schema_extra={"enum": ["", "one", "two", "three", "four", "five"]}
    )


def test_required_arguments_come_first_with_their_choices() -> None:
    assert signature(_Brew) == "brew(minutes,how=cold|hot;sort,where_from)"
    assert compact_schema(_Brew) == {
        "properties": {
            "sort": {"description": "Sort of tea."},
            "minutes": {"type": "integer", "description": "Minutes."},
            "how": {"enum": ["cold", "hot"]},
            "where_from": {"enum": ["one", "two", "three", "four", "five"]},
        },
        "required": ["minutes", "how"],
    }


def test_a_schema_of_others_is_told_too() -> None:
    schema = {
        "type": "object",
        "required": ["path"],
        "properties": {
            "mode": {"anyOf": [{"enum": ["r", "w"]}, {"type": "null"}], "default": None},
            "path": {"type": "string", "description": "Path."},
            "tree": {"$ref": "#/$defs/node"},
        },
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    }
    assert signature(schema, "open_file") == "open_file(path;mode,tree)"
    found = compact_schema(schema)
    assert found["properties"]["path"] == {"description": "Path."}
    assert _chars(found) < 500, "a schema that holds itself ends"
    assert signature({}, "nothing") == "nothing()"
    assert signature({"properties": {"x": True}}, "odd") == "odd(;x)"


def test_a_choice_is_told_once() -> None:
    how = compact_schema(DeriveColumn)["properties"]["part"]
    assert ("enum" in how) != all(
        part in how.get("description", "") for part in ("year", "weekday", "hour")
    )
    assert compact_schema(DeriveColumn)["properties"]["conditions"]["items"] == {
        "format": "as one of filters"
    }
    assert "op" in shared_schema(Aggregate)["filters"]["items"]["properties"]
