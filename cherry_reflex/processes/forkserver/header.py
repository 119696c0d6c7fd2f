"""What a caller tells the forkserver first: JSON, after its length in bytes."""

import struct
from pathlib import Path

from pydantic import BaseModel, ConfigDict

LENGTH = struct.Struct("=I")


class Call(BaseModel):
    """A computation; its request, of `payload_bytes`, follows for the child to read."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    memory_bytes: int
    disk_bytes: int
    payload_bytes: int


class Program(BaseModel):
    """A module of ours that runs as `python -m` would, for as long as it likes. Its standard input,
    output and error come with the line as file descriptors."""

    model_config = ConfigDict(frozen=True)

    module: str
    env: dict[str, str]
    cwd: Path


class Header(BaseModel):
    """One of the two."""

    model_config = ConfigDict(frozen=True)

    call: Call | None = None
    program: Program | None = None

    def packed(self) -> bytes:
        """Return it as it is sent."""
        data = self.model_dump_json().encode()
        return LENGTH.pack(len(data)) + data
