"""mcp: tools that run by themselves, the client's transport, and what travels beside a call."""

import inspect
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp import Client, MCPError
from mcp.client.stdio import get_default_environment
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp.shared.message import SessionMessage

from tests.canary.needed_by import needed_by

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "x-mark": True}}}


class Counting(Tool):
    """Says what it was given."""

    step: int = 1

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> Any:
        if "fail" in arguments:
            raise ToolError("as told")
        await context.report_progress(1, None, json.dumps({"n": arguments["n"]}))
        meta = context.request_context.meta
        return types.CallToolResult(
            content=[types.TextContent(type="text", text="counted")],
            structured_content={"n": arguments["n"] + self.step, "meta": (meta or {}).get("ours")},
        )


class Server(MCPServer):
    """Counts how often its tools are listed."""

    listed = 0

    async def list_tools(self) -> list[types.Tool]:
        self.listed += 1
        return await super().list_tools()


def _server() -> Server:
    def nothing() -> None:
        """Never called."""

    tool = Counting(
        fn=nothing,
        name="count",
        title=None,
        description="Counts.",
        parameters=SCHEMA,
        fn_metadata=func_metadata(nothing, structured_output=False),
        is_async=True,
        step=2,
    )
    return Server("counter", instructions="i", description="d", tools=[tool], log_level="WARNING")


async def test_a_tool_of_ours_is_run_as_it_is() -> None:
    with needed_by("cherry_reflex/mcp/server/operation_tool.py", "Tool.run and its fields"):
        async with Client(_server()) as client:
            (tool,) = (await client.list_tools()).tools
            assert tool.input_schema == SCHEMA
            assert tool.output_schema is None
            said: list[tuple[float, float | None, str | None]] = []

            async def progressed(progress: float, total: float | None, message: str | None) -> None:
                said.append((progress, total, message))

            result = await client.call_tool(
                "count",
                {"n": 1, "unknown": "kept from nobody"},
                progress_callback=progressed,
                meta={"ours": {"a": 1}},  # type: ignore[arg-type]
            )
            assert result.structured_content == {"n": 3, "meta": {"a": 1}}
            assert said == [(1, None, '{"n": 1}')]
            failed = await client.call_tool("count", {"fail": True})
            assert failed.is_error
            assert isinstance(failed.content[0], types.TextContent)
            assert "as told" in failed.content[0].text


async def test_tools_that_were_listed_are_not_asked_for_again() -> None:
    with needed_by("cherry_reflex/mcp/client/connection.py", "the client's knowledge of tools"):
        server = _server()
        async with Client(server, mode="legacy", cache=None) as client:
            page = await client.list_tools(cursor=None)
            assert page.next_cursor is None
            before = server.listed
            await client.call_tool("count", {"n": 1})
            assert server.listed == before
            assert client.instructions == "i"
            assert client.server_info is not None
            assert client.server_info.name == "counter"


def test_a_client_is_made_with_these_choices() -> None:
    with needed_by("cherry_reflex/mcp/client/connection.py", "the parameters of Client"):
        chosen = {"mode", "logging_callback", "message_handler", "log_level", "cache"}
        assert chosen <= set(inspect.signature(Client).parameters)
        web = set(inspect.signature(streamable_http_client).parameters)
        assert {"http_client", "max_sse_event_size"} <= web
        assert (types.CONNECTION_CLOSED, types.REQUEST_TIMEOUT) == (-32000, -32001)
        assert MCPError(code=-32000, message="m").code == types.CONNECTION_CLOSED
        assert issubclass(types.ToolListChangedNotification, types.ServerNotification.__args__)


@asynccontextmanager
async def _answering() -> AsyncIterator[tuple[Any, Any]]:
    """A transport whose other end answers the first request with an error, and leaves."""
    into, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write, out = anyio.create_memory_object_stream[SessionMessage](0)

    async def answer() -> None:
        async with into, out:
            item = await out.receive()
            line = item.message.model_dump_json(by_alias=True, exclude_unset=True)
            asked = json.loads(line)
            assert asked["method"] == "initialize"
            assert asked["params"]["protocolVersion"]
            error = {"code": -32600, "message": "not today"}
            reply = {"jsonrpc": "2.0", "id": asked["id"], "error": error}
            told = types.jsonrpc_message_adapter.validate_json(json.dumps(reply), by_name=False)
            await into.send(SessionMessage(told))

    async with anyio.create_task_group() as group:
        group.start_soon(answer)
        yield read, write


async def test_any_pair_of_streams_is_a_transport() -> None:
    with needed_by("cherry_reflex/mcp/client/stdio.py", "what a transport of Client is"):
        try:
            async with Client(_answering(), mode="legacy"):
                pytest.fail("it was refused")
        except* MCPError as refused:
            (error,) = _leaves(refused)
            assert "not today" in str(error)


def test_lines_are_read_by_the_names_of_the_protocol() -> None:
    with needed_by("cherry_reflex/mcp/client/stdio.py", "jsonrpc_message_adapter"):
        adapter = types.jsonrpc_message_adapter
        note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        read = adapter.validate_python(note, by_name=False)
        assert isinstance(read, types.JSONRPCNotification)
        for broken in (b"{}", b"plain text", b'{"jsonrpc": "2.0"}', b"[1]"):
            with pytest.raises(ValueError, match="validation error"):
                adapter.validate_json(broken, by_name=False)


def test_a_process_is_given_little_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with needed_by("cherry_reflex/mcp/client/stdio.py", "get_default_environment"):
        monkeypatch.setenv("CHERRY_LLM_API_KEY", "secret")
        given = get_default_environment()
        assert given["PATH"] == os.environ["PATH"]
        assert set(given) <= {"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"}


def _leaves(group: BaseExceptionGroup[Exception]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
