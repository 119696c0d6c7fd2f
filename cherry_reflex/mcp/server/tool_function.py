"""An operation as the description of an MCP tool."""

from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.operation import Operation
from cherry_reflex.core.roster import ToolFunction
from cherry_reflex.i18n.catalogue import languages


def tool_function(kind: type[Operation]) -> ToolFunction:
    """Return what a client is told of an operation: its schema has the `x-` hints, its example
    requests, and the language of the answer."""
    schema = kind.model_json_schema()
    schema["examples"] = list(kind.examples)
    if kind.needs_model:
        schema["x-model"] = True
    if not kind.needs_data:
        schema.get("properties", {}).pop("dataset", None)
    schema.setdefault("properties", {})["language"] = {
        "type": "string",
        "enum": list(languages()),
        "default": ENGLISH,
        "description": "Language of the answer.",
        "x-language": True,
    }
    description = (kind.__doc__ or kind.name).strip()
    return ToolFunction(name=kind.name, description=description, input_schema=schema)
