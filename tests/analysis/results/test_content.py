"""The bytes of an artifact, from memory and from a file."""

import asyncio
import os
from pathlib import Path

import pytest

from cherry_reflex.analysis.results.content import load_bytes, read_bytes
from cherry_reflex.core.artifact import ArtifactContent


async def test_from_memory_from_a_file_and_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"in a file")
    held = ArtifactContent(kind="file", title="t", data=b"held")
    filed = ArtifactContent(kind="file", title="t", path=path)
    neither = ArtifactContent(kind="file", title="t")
    for content, wanted in ((held, b"held"), (filed, b"in a file"), (neither, b"")):
        assert read_bytes(content) == wanted
        assert await load_bytes(content) == wanted


async def test_the_loop_goes_on_while_a_file_is_read(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)  # reading it blocks until somebody writes
    reading = asyncio.create_task(load_bytes(ArtifactContent(kind="file", title="t", path=gate)))
    await asyncio.sleep(0)
    assert not reading.done()
    await asyncio.to_thread(gate.write_bytes, b"came later")
    assert await reading == b"came later"


async def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await load_bytes(ArtifactContent(kind="file", title="t", path=tmp_path / "gone"))
