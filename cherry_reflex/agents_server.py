"""The agents' server: `python -m cherry_reflex.agents_server [--agent NAME …] [--port N]`.

Every module of the agents room that has `create(services)` is an agent, served at
`http://<host>:<port>/agents/<name>/`. When it listens it prints `{"port": N}` on a line of its own.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import uvicorn

from cherry_reflex import logs
from cherry_reflex.core.agent import Agent, AgentServices
from cherry_reflex.core.errors import CherryError, SettingsWrong
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.settings import LOOPBACK, Settings, load
from cherry_reflex.store.janitor import tidying_temporary
from cherry_reflex.store.layout import Layout
from cherry_reflex.workers.own import AGENTS, modules_of

_GRACE_S = 8


def creators(package: str) -> dict[str, Callable[[AgentServices], Agent]]:
    """Return the factories of a package's agents, by module name."""
    found = {name: getattr(module, "create", None) for name, module in modules_of(package).items()}
    return {name: create for name, create in found.items() if callable(create)}


def chosen(
    found: dict[str, Callable[[AgentServices], Agent]], names: Sequence[str]
) -> dict[str, Callable[[AgentServices], Agent]]:
    """Return those named, or all. Raises SettingsWrong (`agent_unknown`)."""
    if unknown := set(names) - set(found):
        raise SettingsWrong("agent_unknown", name=sorted(unknown)[0], names=", ".join(found))
    return {name: found[name] for name in names} if names else found


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[AgentServices]:
    """Open what the agents share: the planner, and limited processes for operations."""
    from cherry_reflex.analysis.operations import run_operation
    from cherry_reflex.http.download import download
    from cherry_reflex.llm.model_sending import ModelSending
    from cherry_reflex.llm.resolve import budget_of, open_language_model, open_planner
    from cherry_reflex.processes.forkserver.process import shared
    from cherry_reflex.processes.python_permission import no_python
    from cherry_reflex.processes.sandbox import Sandbox

    hosts = settings.data_hosts
    fetch = partial(download, hosts=hosts, bytes_max=settings.upload_bytes_max) if hosts else None
    async with (
        shared(settings.sandboxes) as address,
        open_planner(settings) as planner,
        open_language_model(settings) as model,
    ):
        sandbox = Sandbox(settings, address)

        async def run(operation: Operation, tables: Tables) -> Outcome:
            return await run_operation(sandbox, operation, tables)

        folder = settings.data_dir.resolve()
        yield AgentServices(
            planner,
            run,
            folder,
            fetch,
            model=model,
            before_sending=ModelSending(settings).before if settings.llm_model else None,
            budget=budget_of(settings),
            question_chars_max=settings.question_chars_max,
            no_python=no_python(settings),
        )


class _Server(uvicorn.Server):
    """Says on standard output that it listens, and where."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(json.dumps({"port": sockets[0].getsockname()[1]}), flush=True)  # noqa: T201


async def serve(
    settings: Settings, bound: socket.socket, *, package: str, names: Sequence[str]
) -> None:
    """Serve agents on a bound socket until a signal ends it."""
    from cherry_reflex.a2a.server.endpoint import agents_app
    from cherry_reflex.a2a.server.executor import Limits

    host, port = bound.getsockname()[:2]
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    factories = chosen(creators(package), names)
    async with open_services(settings) as services, tidying_temporary(Layout.of(settings)):
        agents = [create(services) for create in factories.values()]
        for agent in agents:
            if operations := getattr(agent, "operations", ()):
                services.operations[agent.card.name] = operations
        app = agents_app(
            agents,
            base_url,
            data_dir=services.data_dir,
            limits=Limits.of(settings),
        )
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_GRACE_S,
            timeout_keep_alive=75,
        )
        await _Server(config).serve([bound])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m cherry_reflex.agents_server", description=__doc__
    )
    parser.add_argument("--agent", action="append", default=[], help="serve this one (repeatable)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--package", default=AGENTS, help="where agents are")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input is closed"
    )
    given = parser.parse_args(arguments)
    if given.host not in LOOPBACK:
        parser.error(f"--host {given.host}: agents have no login, so they listen on loopback only")
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, _leave)
    # a2a-sdk makes a span for every event otherwise, whether anybody records them or not.
    os.environ.setdefault("OTEL_INSTRUMENTATION_A2A_SDK_ENABLED", "false")
    try:
        settings = load()
        logs.configure(settings.log_level, (settings.llm_api_key,))
        with _bound(given.host, given.port) as bound, _loop_factory() as runner:
            if given.with_parent:
                _end_with_parent()
            runner.run(serve(settings, bound, package=given.package, names=given.agent))
    except CherryError as error:
        print(f"{error.code}: {error.detail or error.params}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"cannot listen: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _leave(_number: int, _frame: object) -> None:
    """End well. uvicorn takes the signals while it serves, and hands them on when it is done."""
    raise SystemExit(0)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(512)
        yield bound


def _loop_factory() -> "asyncio.Runner":
    factory: Any = None
    with contextlib.suppress(ImportError):
        import uvloop

        factory = uvloop.new_event_loop
    return asyncio.Runner(loop_factory=factory)


def _end_with_parent() -> None:
    """Watch standard input, which the parent holds open: its end is the parent's end. After the
    grace period for streams, end in any case."""

    def watch() -> None:
        # Not through sys.stdin: its lock, held by this thread, would abort the interpreter's end.
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_S + 1.5)
        os._exit(0)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
