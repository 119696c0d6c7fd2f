"""Requests and answers, in the client library's form and in ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cherry_reflex.core.language_model import ToolCall, ToolResult, Turn
from cherry_reflex.core.text import all_mended
from cherry_reflex.llm.request import Request

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse, ModelResponseStreamEvent
    from pydantic_ai.models import ModelRequestParameters


@dataclass(frozen=True)
class Piece:
    """More of the answer. `json` pieces belong to a tool call's arguments."""

    text: str
    json: bool = False


def messages_of(request: Request) -> "Sequence[ModelMessage]":
    """Results that follow one another are one message, as they answer the calls of one turn."""
    from pydantic_ai.messages import (
        BinaryContent,
        ModelMessage,
        ModelRequest,
        ModelRequestPart,
        ModelResponse,
        ToolReturnPart,
        UserPromptPart,
    )

    made: list[ModelMessage] = []
    for message in request.messages:
        if isinstance(message, Turn):
            kept = message.kept
            made.append(kept if isinstance(kept, ModelResponse) else _response(message))
            continue
        part: ModelRequestPart
        if isinstance(message, ToolResult):
            seen = [BinaryContent(data, media_type="image/png") for data in message.pictures]
            content = [message.text, *seen] if seen else message.text
            part = ToolReturnPart(message.name, content, tool_call_id=message.call)
        else:
            part = UserPromptPart(message.text)
        if made and isinstance(last := made[-1], ModelRequest):
            made[-1] = replace(last, parts=[*last.parts, part])
        else:
            made.append(ModelRequest(parts=[part], instructions=request.instructions))
    return made


def _response(turn: Turn) -> "ModelResponse":
    from pydantic_ai.messages import ModelResponse, ModelResponsePart, TextPart, ToolCallPart

    parts: list[ModelResponsePart] = [TextPart(turn.text)] if turn.text else []
    for call in turn.calls:
        parts.append(ToolCallPart(call.name, call.arguments, tool_call_id=call.id))
    return ModelResponse(parts=parts)


def calls_of(response: "ModelResponse") -> tuple[ToolCall, ...]:
    """Return what is to be called; arguments that are no JSON object stand in `problem`."""
    from pydantic_ai.messages import ToolCallPart

    found = []
    for part in response.parts:
        if not isinstance(part, ToolCallPart):
            continue
        try:
            arguments = all_mended(part.args_as_dict(raise_if_invalid=True))
        except (ValueError, AssertionError) as error:
            # It is sent back with the history, where other servers refuse what is no JSON.
            part.args = {}
            found.append(ToolCall(part.tool_call_id, part.tool_name, problem=str(error)[:500]))
        else:
            found.append(ToolCall(part.tool_call_id, part.tool_name, arguments))
    return tuple(found)


def parameters_of(request: Request) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    shape = request.shape
    if request.tools and shape is None:
        return ModelRequestParameters(
            function_tools=[
                ToolDefinition(
                    name=tool.name,
                    description=tool.description,
                    parameters_json_schema=tool.schema,
                    strict=False,
                )
                for tool in request.tools
            ]
        )
    if shape is None or request.mode in ("text", "prompted"):
        return ModelRequestParameters()
    if request.mode == "tool":
        tool = ToolDefinition(
            name=shape.name,
            description=shape.description,
            parameters_json_schema=shape.schema,
            strict=False,
            kind="output",
        )
        return ModelRequestParameters(
            output_mode="tool", output_tools=[tool], allow_text_output=False
        )
    wanted = OutputObjectDefinition(
        json_schema=shape.schema, name=shape.name, description=shape.description, strict=False
    )
    return ModelRequestParameters(output_mode="native", output_object=wanted)


def piece_of(event: "ModelResponseStreamEvent") -> Piece | None:
    """Return what an event adds to the answer; a model's private reasoning adds nothing."""
    import json

    from pydantic_ai import messages as m

    match event:
        case m.PartStartEvent(part=m.TextPart(content=str(text))) if text:
            return Piece(text)
        case m.PartDeltaEvent(delta=m.TextPartDelta(content_delta=str(text))) if text:
            return Piece(text)
        case m.PartStartEvent(part=m.ToolCallPart(args=args)) if args:
            return Piece(args if isinstance(args, str) else json.dumps(args), json=True)
        case m.PartDeltaEvent(delta=m.ToolCallPartDelta(args_delta=args)) if args:
            return Piece(args if isinstance(args, str) else json.dumps(args), json=True)
    return None
