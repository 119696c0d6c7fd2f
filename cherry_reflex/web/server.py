"""The web server: `python -m cherry_reflex.web.server` (`scripts/web`) serves the app and the built
page at CHERRY_HOST:CHERRY_PORT, in one process."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from cherry_reflex import settings
from cherry_reflex.core.errors import SettingsWrong, Unavailable

ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 2


class Server(uvicorn.Server):
    """Serves until SIGINT or SIGTERM, and says on standard output when it listens."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        """Serve `config`; `url` is what people are told to open."""
        super().__init__(config)
        self._url = url

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by these signals. Uvicorn's own raises the signal again at the end, and the exit
        would not be clean."""
        loop, kinds = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for kind in kinds:
            loop.add_signal_handler(kind, self.handle_exit, kind, None)
        try:
            yield
        finally:
            for kind in kinds:
                loop.remove_signal_handler(kind)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        # What is loaded stays; looking through it again and again took a tenth of the time.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        if self.started:
            print(f"CherryAI is at {self._url}  (Ctrl-C stops it)", flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the runs, then the server: who follows them leaves by themselves, having seen the
        end."""
        from cherry_reflex import runtime

        with suppress(Unavailable):
            await runtime.current().runs.close()
        await super().shutdown(sockets)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's factory, or None (asyncio's own loop) where uvloop does not exist."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def main() -> None:
    """Serve, and exit: 0 after a signal, 1 when it could not listen or a setting is wrong."""
    os.chdir(ROOT)
    try:
        chosen = settings.load()
    except SettingsWrong as error:
        sys.exit(f"CherryAI cannot start: {error.detail}")

    from reflex_base import constants
    from reflex_base.environment import environment

    import rxconfig  # noqa: F401  sets the socket's ping before Reflex reads it

    # a2a-sdk makes a span for every event otherwise, whether anybody records them or not.
    os.environ.setdefault("OTEL_INSTRUMENTATION_A2A_SDK_ENABLED", "false")
    # What Reflex's own command sets before it starts a production server on one port.
    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)

    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    config = uvicorn.Config(
        "cherry_reflex.cherry_reflex:app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=1_000_000,
        # Small messages do not shrink, and each would cost processor time and a window of
        # some 300 KB a tab.
        ws_per_message_deflate=False,
    )
    server = Server(config, f"http://{host}:{chosen.port}")
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(server.serve())
    sys.exit(0 if server.started else 1)


if __name__ == "__main__":
    main()
