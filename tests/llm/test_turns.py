"""Turns over a real endpoint: native calls, JSON objects where these are unknown, typed calls."""

import base64
import json
from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.language_model import Message, ToolResult, ToolSpec, Turn, UserMessage
from cherry_reflex.llm.endpoint import Endpoint
from cherry_reflex.llm.resolve import open_endpoint
from cherry_reflex.llm.turn_form import CALLS_MAX, typed_calls
from cherry_reflex.llm.turns import ModelTurns
from tests.doubles.scripted_llm import Calls, Fills, Refuses, Says, ScriptedLlm, scripted_llm
from tests.llm.conftest import settings_of

TOOLS = (
    ToolSpec("sql", "Runs SQL.", {"type": "object", "properties": {"sql": {"type": "string"}}}),
    ToolSpec("look", "Looks.", {"type": "object", "properties": {}}),
)
PNG = b"\x89PNG\r\n\x1a\n and so on"
ASKED: tuple[Message, ...] = (UserMessage("How many?"),)


async def take(
    turns: ModelTurns, messages: tuple[Message, ...] = ASKED, *, last: bool = False
) -> tuple[list[str], Turn]:
    said, turn = [], Turn()
    async for piece in turns.take_turn("Be brief.", messages, TOOLS, last=last):
        if isinstance(piece, Turn):
            turn = piece
        else:
            said.append(piece)
    return said, turn


async def turns_of(llm: ScriptedLlm) -> tuple[ModelTurns, Any]:
    opened = open_endpoint(settings_of(llm))
    endpoint: Endpoint = await opened.__aenter__()
    return ModelTurns(endpoint), opened


async def test_native_calls_come_side_by_side_and_their_results_go_back() -> None:
    calls = Calls((("sql", {"sql": "SELECT 1"}), ("look", {})))
    async with scripted_llm(calls, Says("It is 1.", size=3)) as llm:
        turns, opened = await turns_of(llm)
        said, turn = await take(turns)
        assert not said
        assert [(c.name, c.arguments) for c in turn.calls] == [
            ("sql", {"sql": "SELECT 1"}), ("look", {})
        ]  # fmt: skip
        results = tuple(ToolResult(c.id, c.name, f"found {n}") for n, c in enumerate(turn.calls))
        said, answer = await take(turns, (*ASKED, turn, *results))
        await opened.__aexit__(None, None, None)
    assert said == ["It ", "is ", "1."], "streamed as it comes"
    assert (answer.text, answer.calls) == ("It is 1.", ())
    first, second = llm.requests
    assert [tool["function"]["name"] for tool in first["tools"]] == ["sql", "look"]
    roles = [message["role"] for message in second["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool"]
    ids = [call["id"] for call in second["messages"][2]["tool_calls"]]
    assert [m["tool_call_id"] for m in second["messages"][3:]] == ids
    assert [m["content"] for m in second["messages"][3:]] == ["found 0", "found 1"]
    begins = json.dumps(first["messages"])[:-1]
    assert json.dumps(second["messages"]).startswith(begins), "providers' caches hold"


async def test_pictures_go_with_the_result() -> None:
    async with scripted_llm(Calls((("look", {}),)), Says("I see.")) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        result = ToolResult(turn.calls[0].id, "look", "a chart", (PNG,))
        await take(turns, (*ASKED, turn, result))
        await opened.__aexit__(None, None, None)
    told = json.dumps(llm.requests[1]["messages"])
    assert f"data:image/png;base64,{base64.b64encode(PNG).decode()}" in told
    assert "a chart" in told


async def test_a_turn_that_was_lost_is_told_from_what_is_known() -> None:
    async with scripted_llm(Calls((("look", {}),)), Says("Done.")) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        lost = Turn(calls=turn.calls)
        await take(turns, (*ASKED, lost, ToolResult(turn.calls[0].id, "look", "x")))
        await opened.__aexit__(None, None, None)
    told = llm.requests[1]["messages"][2]["tool_calls"][0]
    assert told["function"]["name"] == "look" and told["id"] == turn.calls[0].id


async def test_the_last_turn_may_call_nothing() -> None:
    async with scripted_llm(Says("That is all.")) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns, last=True)
        await opened.__aexit__(None, None, None)
    assert turn.text == "That is all."
    body = llm.requests[0]
    assert body.get("tool_choice") == "none" or not body.get("tools")


async def test_arguments_that_are_no_object_are_named() -> None:
    async with scripted_llm(Calls((("sql", '{"sql": "SEL'), ("look", "[1]")))) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert all(call.problem for call in turn.calls)


async def test_an_endpoint_without_tools_gets_an_object_and_is_remembered() -> None:
    def answer(body: Any) -> Any:
        if body.get("tools"):
            return Refuses(400, {"message": "tools are not supported"})
        if "result" in body["messages"][-1]["content"]:
            return Fills({"calls": [], "answer": "There are 3."})
        return Fills({"calls": [{"tool": "sql", "arguments": {"sql": "SELECT 3"}}], "answer": ""})

    async with scripted_llm(fallback=answer) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        (call,) = turn.calls
        assert (call.name, call.arguments) == ("sql", {"sql": "SELECT 3"})
        said, done = await take(turns, (*ASKED, turn, ToolResult(call.id, "sql", "3")))
        await opened.__aexit__(None, None, None)
    assert done.text == "There are 3." == "".join(said)
    assert len(said) > 1, "the answer streams out of the object"
    assert [bool(body.get("tools")) for body in llm.requests] == [True, False, False]
    assert llm.requests[1]["response_format"]["type"] == "json_schema"


async def test_an_endpoint_without_schemas_is_told_in_words() -> None:
    def answer(body: Any) -> Any:
        if body.get("tools") or body.get("response_format"):
            return Refuses(400)
        assert "JSON" in body["messages"][0]["content"]
        return Says('Sure:\n```json\n{"calls": [{"tool": "look", "arguments": {}}]}\n```')

    async with scripted_llm(fallback=answer) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert [call.name for call in turn.calls] == ["look"]


async def test_a_model_that_never_hears_of_tools_is_found_out_once() -> None:
    """Some servers take `tools` and drop them: the first answer without calls is doubted."""

    def answer(body: Any) -> Any:
        if body.get("tools"):
            return Says("I would need to count them.")
        return Fills({"calls": [{"tool": "look", "arguments": {}}], "answer": ""})

    async with scripted_llm(fallback=answer) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        _, again = await take(turns)
        await opened.__aexit__(None, None, None)
    assert [c.name for c in turn.calls] == [c.name for c in again.calls] == ["look"]
    assert [bool(body.get("tools")) for body in llm.requests] == [True, False, False]


async def test_one_that_has_called_is_not_doubted() -> None:
    async with scripted_llm(Calls((("look", {}),)), Says("Hello.")) as llm:
        turns, opened = await turns_of(llm)
        await take(turns)
        _, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert turn.text == "Hello." and len(llm.requests) == 2


async def test_a_call_that_was_typed_is_called_and_not_shown() -> None:
    typed = '<tool_call>\n{"name": "sql", "arguments": {"sql": "SELECT 1"}}\n</tool_call>'
    async with scripted_llm(Says(typed)) as llm:
        turns, opened = await turns_of(llm)
        said, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert not said and [call.name for call in turn.calls] == ["sql"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"name": "sql", "arguments": {}} {"name": "look", "arguments": {}}', ["sql", "look"]),
        ('{"calls": [{"tool": "look", "arguments": {}}]}', ["look"]),
        ('{"name": "format_disk", "arguments": {}}', []),
        ('{"region": "Seoul", "total": 3}', []),
        ("{not json", []),
    ],
)
def test_typed_calls_are_those_of_tools_that_exist(text: str, names: list[str]) -> None:
    assert [call.name for call in typed_calls(text, TOOLS)] == names


@pytest.mark.parametrize("text", ['{"region": "Seoul"}', "[Seoul](x) is it.", "`42` of them"])
async def test_what_only_looks_like_a_call_is_the_answer_and_streams(text: str) -> None:
    async with scripted_llm(Calls((("look", {}),)), Says(text)) as llm:
        turns, opened = await turns_of(llm)
        await take(turns)
        said, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert "".join(said) == turn.text == text and len(said) > 1


async def test_more_calls_than_a_turn_has_are_left_out() -> None:
    many = Calls(tuple(("look", {}) for _ in range(CALLS_MAX + 3)))
    async with scripted_llm(many) as llm:
        turns, opened = await turns_of(llm)
        _, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert len(turn.calls) == CALLS_MAX and turn.kept is None


async def test_what_is_refused_without_tools_too_was_not_refused_for_them() -> None:
    refusals = [Refuses(400, {"message": "content policy"}) for _ in range(3)]
    async with scripted_llm(*refusals, Calls((("look", {}),))) as llm:
        turns, opened = await turns_of(llm)
        with pytest.raises(CherryError, match="model_refused"):
            await take(turns)
        _, turn = await take(turns)
        await opened.__aexit__(None, None, None)
    assert [call.name for call in turn.calls] == ["look"]
    assert llm.requests[-1].get("tools"), "native calls are still asked for"


@pytest.mark.parametrize(("status", "code"), [(401, "model_key"), (500, "model_failed")])
async def test_a_fault_is_no_missing_tool(status: int, code: str) -> None:
    async with scripted_llm(fallback=lambda _: Refuses(status)) as llm:
        turns, opened = await turns_of(llm)
        with pytest.raises(CherryError) as caught:
            await take(turns)
        await opened.__aexit__(None, None, None)
    assert caught.value.code == code


async def test_nothing_at_all_is_an_error() -> None:
    async with scripted_llm(Calls((("look", {}),)), Says("")) as llm:
        turns, opened = await turns_of(llm)
        await take(turns)
        with pytest.raises(Unavailable, match="model_empty"):
            await take(turns)
        await opened.__aexit__(None, None, None)
