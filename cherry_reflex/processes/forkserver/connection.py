"""Reaching the forkserver, also while it starts or is replaced."""

import asyncio
import socket
import time
from pathlib import Path

from cherry_reflex.core.errors import Unavailable

_CONNECT_S = 15.0
_EVERY_S = 0.02


async def connected(address: Path) -> socket.socket:
    """Return a new connection to the forkserver at that socket.

    Raises Unavailable `sandbox_down` when there is none for a while.
    """
    until = time.monotonic() + _CONNECT_S
    while True:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.setblocking(False)
            await asyncio.get_running_loop().sock_connect(made, str(address))
            return made
        except (FileNotFoundError, ConnectionError, BlockingIOError) as error:
            made.close()
            if time.monotonic() > until:
                raise Unavailable("sandbox_down", str(error)) from error
            await asyncio.sleep(_EVERY_S)
        except BaseException:
            made.close()
            raise
