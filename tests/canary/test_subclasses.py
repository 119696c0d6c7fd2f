"""Classes of ours below classes of others: each overrides what it means to and nothing else, so
that what it overrides is still there, and no name of ours is one that the other has come to use."""

import dis
import inspect
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest

from cherry_reflex import agents_server
from cherry_reflex.a2a.client import connections, lean_transport
from cherry_reflex.a2a.client import transport as agent_transport
from cherry_reflex.a2a.server import executor, handler, live_task, tasks
from cherry_reflex.llm import transport as model_transport
from cherry_reflex.mcp.client import http
from cherry_reflex.mcp.server import operation_tool
from cherry_reflex.ui import page, sources
from cherry_reflex.ui.live import namespace
from cherry_reflex.web import server
from tests.canary.needed_by import needed_by

_STREAM = {"__aiter__", "aclose"}
OVERRIDDEN: dict[type, set[str]] = {
    handler.Handler: {
        "on_message_send_stream",
        "on_message_send",
        "on_subscribe_to_task",
        "on_cancel_task",
        "aclose",
    },
    live_task.LiveTask: {"enqueue_event"},
    tasks.RecentTasks: {"save", "get", "list", "delete"},
    executor.AgentRunner: {"execute", "cancel"},
    lean_transport.LeanTransport: {"_send_stream_request"},
    connections.Connections: {"handle_async_request"},
    connections._Stream: _STREAM,
    agent_transport.GuardedTransport: {"handle_async_request", "aclose"},
    agent_transport._Body: _STREAM,
    model_transport.GuardedTransport: {"handle_async_request", "aclose"},
    model_transport._Counted: _STREAM,
    http.PublicTransport: {"handle_async_request"},
    operation_tool.OperationTool: {"run"},
    namespace.Live: set(),
    sources.Sources: {
        "get_frontend_development_dependencies",
        "get_static_assets",
        "post_build",
    },
    page.Page: {"library", "tag", "is_default"},
    server.Server: {"capture_signals", "startup", "shutdown"},
    agents_server._Server: {"startup"},
}

_MADE = {"__module__", "__doc__", "__init__", "__annotations__", "__parameters__", "__hash__"}
"""What every class has. Names that classes are given by their metaclass are left out as well."""


@pytest.mark.parametrize("ours", OVERRIDDEN, ids=lambda c: f"{c.__module__}.{c.__name__}")
def test_a_class_overrides_what_it_means_to(ours: type) -> None:
    with needed_by(
        f"{ours.__module__.replace('.', '/')}.py", f"the names of {ours.__bases__[0].__name__}"
    ):
        theirs = {
            name
            for base in ours.__mro__[1:-1]
            for name in (*vars(base), *inspect.get_annotations(base), *_kept(base))
        }
        written = {name for name in vars(ours) if _is_written(ours, name)}
        written |= {*inspect.get_annotations(ours), *_kept(ours)}
        assert written & theirs == OVERRIDDEN[ours]
        assert OVERRIDDEN[ours] <= written


@pytest.mark.parametrize("ours", OVERRIDDEN, ids=lambda c: f"{c.__module__}.{c.__name__}")
def test_an_overridden_method_takes_what_it_is_given(ours: type) -> None:
    for name in sorted(OVERRIDDEN[ours]):
        if not inspect.isfunction(vars(ours)[name]):
            continue
        with needed_by(f"{ours.__module__.replace('.', '/')}.py", f"the parameters of {name}"):
            base = next(b for b in ours.__mro__[1:] if name in vars(b))
            mine, given = inspect.signature(vars(ours)[name]), inspect.signature(vars(base)[name])
            named = [p for p in given.parameters.values() if p.kind is not p.VAR_KEYWORD]
            taking = {p.kind for p in mine.parameters.values()}
            for parameter in named:
                assert (
                    parameter.name in mine.parameters or inspect.Parameter.VAR_KEYWORD in taking
                ), parameter
            assert inspect.isasyncgenfunction(inspect.unwrap(vars(ours)[name])) == (
                inspect.isasyncgenfunction(inspect.unwrap(vars(base)[name]))
                or _is_abstract_generator(vars(base)[name])
            )


def _is_written(kind: type, name: str) -> bool:
    """Whether a name stands in the class's own text, and was not added by its metaclass."""
    if name in _MADE or name.startswith(("_abc_", "__abstract", "__pydantic", "__dataclass")):
        return False
    return name in inspect.getsource(kind)


def _kept(kind: type) -> Iterator[str]:
    """Yield the names of the attributes that methods of a class set on `self`."""
    for member in vars(kind).values():
        code = getattr(inspect.unwrap(member) if callable(member) else None, "__code__", None)
        if isinstance(code, CodeType):
            yield from (
                str(step.argval)
                for step in dis.get_instructions(code)
                if step.opname == "STORE_ATTR"
            )


def _is_abstract_generator(member: Any) -> bool:
    """Whether an abstract method is to be overridden by an asynchronous generator."""
    said = str(inspect.signature(member).return_annotation)
    return "AsyncGenerator" in said or "AsyncIterator" in said
