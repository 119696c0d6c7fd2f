"""The bytes of an artifact, wherever they are."""

import asyncio

from cherry_reflex.core.artifact import ArtifactContent


def read_bytes(content: ArtifactContent) -> bytes:
    """Return the bytes of an artifact, from its file where it is one: not on an event loop.

    Raises OSError when the file cannot be read.
    """
    if content.data is not None:
        return content.data
    return content.path.read_bytes() if content.path is not None else b""


async def load_bytes(content: ArtifactContent) -> bytes:
    """Return the same on an event loop, which goes on while a file is read.

    Raises OSError when the file cannot be read.
    """
    if content.path is None or content.data is not None:
        return read_bytes(content)
    return await asyncio.to_thread(read_bytes, content)
