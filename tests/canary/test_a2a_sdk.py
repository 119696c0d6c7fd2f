"""a2a-sdk: the inside of its request handler, its streams and its client."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from a2a.client import A2AClientError, ClientCallContext
from a2a.client.card_resolver import parse_agent_card
from a2a.client.transports.http_helpers import get_http_args, handle_http_exceptions
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.context import ServerCallContext
from a2a.server.events import EventQueue
from a2a.server.events.event_queue import Event
from a2a.server.request_handlers.request_handler import validate_request_params
from a2a.server.routes.common import DefaultServerCallContextBuilder
from a2a.server.tasks import TaskUpdater
from a2a.server.tasks.task_manager import append_artifact_to_task
from a2a.types import (
    AgentCard,
    AgentInterface,
    Artifact,
    CancelTaskRequest,
    Message,
    Part,
    Role,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
)
from a2a.utils import telemetry
from a2a.utils.errors import A2AError, InvalidParamsError, TaskNotFoundError
from a2a.utils.proto_utils import parse_lenient
from a2a.utils.task import apply_history_length, validate_history_length
from starlette.authentication import SimpleUser
from starlette.requests import Request

from cherry_reflex.a2a.card import agent_card, modern
from cherry_reflex.a2a.client.lean_transport import LeanTransport
from cherry_reflex.a2a.client.peer import Peer
from cherry_reflex.a2a.server.handler import Handler
from cherry_reflex.agents.orchestrator import CARD
from tests.canary.needed_by import needed_by

URL = "http://agent.test/"
HERE = ServerCallContext()
MESSAGE = Message(message_id="m1", role=Role.ROLE_USER, parts=[Part(text="hello")])


class Idle(AgentExecutor):
    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Does nothing."""

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Does nothing."""


class Recording(EventQueue):
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def enqueue_event(self, event: Event) -> None:
        self.events.append(event)


class Closing:
    """Has a stream like a request handler's."""

    closed = False

    @validate_request_params
    async def stream(self, params: Any, context: ServerCallContext) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            self.closed = True


async def test_the_handler_keeps_its_executor_and_builds_requests() -> None:
    with needed_by("cherry_reflex/a2a/server/handler.py", "attributes of DefaultRequestHandler"):
        executor = Idle()
        handler = Handler(executor, agent_card(CARD, URL), idle_s=1, buffer=16)
        assert handler.agent_executor is executor
        request = await handler._request_context_builder.build(
            params=SendMessageRequest(message=MESSAGE),
            task_id=None,
            context_id=None,
            task=None,
            context=HERE,
        )
        assert request.task_id
        assert request.context_id
        assert request.message is not None
        request.current_task = Task(id="t1")
        assert request.current_task.id == "t1"
        assert request.get_user_input() == "hello"
        await handler.aclose()


async def test_a_stream_that_is_left_ends_inside() -> None:
    with needed_by("cherry_reflex/a2a/server/handler.py", "validate_request_params over streams"):
        handler = Closing()
        async with aclosing(handler.stream(SubscribeToTaskRequest(id="t"), HERE)) as stream:
            assert await anext(stream) == 1
        assert handler.closed
        with pytest.raises(InvalidParamsError):
            await anext(handler.stream(SendMessageRequest(), HERE))


def test_the_length_of_a_history_is_judged_and_applied() -> None:
    with needed_by("cherry_reflex/a2a/server/handler.py", "a2a.utils.task"):
        request = SendMessageRequest(message=MESSAGE)
        task = Task(id="t", history=[MESSAGE, MESSAGE])
        validate_history_length(request.configuration)
        assert len(apply_history_length(task, request.configuration).history) == 2
        request.configuration.history_length = 1
        assert len(apply_history_length(task, request.configuration).history) == 1
        request.configuration.history_length = -1
        with pytest.raises(InvalidParamsError):
            validate_history_length(request.configuration)


async def test_a_task_that_is_not_running_is_cancelled_by_the_sdk() -> None:
    with needed_by("cherry_reflex/a2a/server/handler.py", "DefaultRequestHandler.on_cancel_task"):
        handler = Handler(Idle(), agent_card(CARD, URL), idle_s=1, buffer=16)
        task = Task(id="t", context_id="c")
        task.status.state = TaskState.TASK_STATE_WORKING
        await handler._store.save(task, HERE)
        ended = await handler.on_cancel_task(CancelTaskRequest(id="t"), HERE)
        assert ended is not None
        assert ended.status.state == TaskState.TASK_STATE_CANCELED
        await handler.aclose()


def test_chunks_are_put_into_a_task_in_place() -> None:
    with needed_by("cherry_reflex/a2a/server/live_task.py", "append_artifact_to_task"):
        task = Task(id="t")
        for append, text in ((False, "a"), (True, "b")):
            chunk = Artifact(artifact_id="x", parts=[Part(text=text)])
            append_artifact_to_task(
                task, TaskArtifactUpdateEvent(task_id="t", artifact=chunk, append=append)
            )
        assert [[part.text for part in a.parts] for a in task.artifacts] == [["a", "b"]]


async def test_an_updater_can_be_given_another_queue() -> None:
    with needed_by("cherry_reflex/a2a/server/context.py", "attributes of TaskUpdater"):
        first, second = Recording(), Recording()
        updater = TaskUpdater(first, "t", "c")
        assert (updater.task_id, updater.context_id) == ("t", "c")
        await updater.requires_input(updater.new_agent_message([Part(text="which?")]))
        updater.event_queue = second
        await updater.start_work()
        await updater.complete()
        assert len(first.events) == 1
        assert len(second.events) == 2


async def test_the_user_of_the_scope_is_the_caller() -> None:
    with needed_by("cherry_reflex/api/authentication.py", "`user` in the scope of a request"):
        scope = {"type": "http", "headers": [], "user": SimpleUser("minji")}
        built = DefaultServerCallContextBuilder().build(Request(scope))
        assert built.user.user_name == "minji"
    with needed_by("cherry_reflex/a2a/server/tasks.py", "the name of a caller without a user"):
        assert HERE.user.user_name == ""


async def test_the_registry_of_transports_can_be_changed() -> None:
    with needed_by(
        "cherry_reflex/a2a/client/peer.py", "ClientFactory._registry, Client._transport"
    ):
        async with httpx.AsyncClient() as http:
            now = Peer(URL, card=agent_card(CARD, URL))
            client = now.client(http)
            assert isinstance(client._transport, LeanTransport)  # type: ignore[attr-defined]
            assert Peer.address(client) == URL
            assert not now.legacy
            card = agent_card(CARD, URL)
            del card.supported_interfaces[0]
            before = Peer(URL, card=card)
            client = before.client(http)
            assert not isinstance(client._transport, LeanTransport)  # type: ignore[attr-defined]
            assert Peer.address(client) == URL
            assert before.legacy


def test_cards_of_every_generation_are_read() -> None:
    with needed_by("cherry_reflex/a2a/card.py", "parse_agent_card"):
        old = {
            "name": "old",
            "description": "d",
            "url": URL,
            "version": "1",
            "protocolVersion": "0.2.9",
            "preferredTransport": None,
            "capabilities": {"streaming": True},
            "defaultInputModes": ["text"],
            "defaultOutputModes": ["text"],
            "skills": [],
        }
        card = parse_agent_card(modern(old))
        assert [i.url for i in card.supported_interfaces] == [URL]
        assert card.capabilities.streaming


def _transport(*events: str, status: int = 200) -> LeanTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        async def body() -> AsyncIterator[bytes]:
            yield "".join(events).encode()

        headers = {"content-type": "text/event-stream"}
        return httpx.Response(status, headers=headers, content=body())

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    interface = AgentInterface(url=URL, protocol_binding="JSONRPC", protocol_version="1.0")
    return LeanTransport(client, AgentCard(supported_interfaces=[interface]), URL, True)


async def test_both_streams_go_through_one_method() -> None:
    with needed_by("cherry_reflex/a2a/client/lean_transport.py", "_send_stream_request"):
        said = {"jsonrpc": "2.0", "id": "1", "result": {"task": {"id": "t1"}}}
        transport = _transport(f"data: {json.dumps(said)}\n\n")
        wanted = StreamResponse(task=Task(id="t1"))
        sent = transport.send_message_streaming(SendMessageRequest(message=MESSAGE))
        assert [event async for event in sent] == [wanted]
        followed = transport.subscribe(SubscribeToTaskRequest(id="t1"))
        assert [event async for event in followed] == [wanted]


async def test_errors_in_a_stream_become_the_sdks() -> None:
    with needed_by("cherry_reflex/a2a/client/lean_transport.py", "how answers are judged"):
        error = json.dumps({"jsonrpc": "2.0", "id": "1", "error": {"code": -32001, "message": "x"}})
        for line in (f"data: {error}\n\n", f"event: error\ndata: {error}\n\n"):
            with pytest.raises(TaskNotFoundError):
                await anext(_transport(line).subscribe(SubscribeToTaskRequest(id="t")))
        with pytest.raises(A2AClientError):
            _transport()._handle_sse_error("no JSON")
        assert _transport()._check_jsonrpc_response({"result": {"a": 1}})["result"] == {"a": 1}
    with needed_by("cherry_reflex/a2a/client/faults.py", "the words of what is no JSON-RPC"):
        with pytest.raises(A2AClientError, match="Invalid JSON-RPC"):
            _transport()._check_jsonrpc_response([])
        assert issubclass(TaskNotFoundError, A2AError)


async def test_the_cause_of_an_http_error_is_kept() -> None:
    with needed_by("cherry_reflex/a2a/client/faults.py", "the cause of an A2AClientError"):
        with pytest.raises(A2AClientError) as raised:
            await anext(_transport(status=503).subscribe(SubscribeToTaskRequest(id="t")))
        cause = raised.value.__cause__
        assert isinstance(cause, httpx.HTTPStatusError)
        assert cause.response.status_code == 503
        with pytest.raises(A2AClientError) as raised, handle_http_exceptions(None):
            raise httpx.ReadError("lost")
        assert isinstance(raised.value.__cause__, httpx.ReadError)


def test_a_call_carries_headers_and_time() -> None:
    with needed_by("cherry_reflex/a2a/client/lean_transport.py", "get_http_args"):
        context = ClientCallContext(service_parameters={"a": "b"}, timeout=3)
        given = {"headers": {"a": "b"}, "timeout": httpx.Timeout(3)}
        assert get_http_args(context) == given
        assert get_http_args(None) == {}


def test_fields_that_are_not_known_are_passed_over() -> None:
    with needed_by("cherry_reflex/a2a/client/lean_transport.py", "parse_lenient"):
        given = {"task": {"id": "t", "new": 1}, "newer": 2}
        assert parse_lenient(given, StreamResponse()) == StreamResponse(task=Task(id="t"))


def test_spans_are_switched_off_by_the_environment() -> None:
    with needed_by("cherry_reflex/web/server.py", "the variable of a2a-sdk's telemetry"):
        assert telemetry.ENABLED_ENV_VAR == "OTEL_INSTRUMENTATION_A2A_SDK_ENABLED"
