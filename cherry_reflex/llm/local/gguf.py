"""The head of a GGUF file: how long a context its model was trained for.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from pathlib import Path
from typing import BinaryIO

from cherry_reflex.core.errors import Unavailable

_MAGIC = b"GGUF"
_STRING, _ARRAY = 8, 9
_FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_KEYS_MAX = 10_000
_NAME_BYTES_MAX = 65_536


def trained_context(path: Path) -> int | None:
    """Return the tokens of the context that the model was trained for, None where the file does
    not say. Raises Unavailable (`model_local_file`) when it is no GGUF file."""
    try:
        with path.open("rb") as file:
            if file.read(4) != _MAGIC:
                raise Unavailable("model_local_file", "not GGUF", file=path.name)
            _version, _tensors, count = struct.unpack("<IQQ", file.read(20))
            for _ in range(min(count, _KEYS_MAX)):
                name = _text(file)
                kind = _number(file, "I")
                if name.endswith(".context_length") and kind in _FIXED:
                    return int(_number(file, _FIXED[kind]))
                _skip(file, kind)
    except (OSError, struct.error, ValueError) as error:
        raise Unavailable("model_local_file", repr(error), file=path.name) from error
    return None


def _number(file: BinaryIO, form: str) -> int:
    size = struct.calcsize(form)
    return int(struct.unpack(f"<{form}", file.read(size))[0])


def _text(file: BinaryIO) -> str:
    size = _number(file, "Q")
    if size > _NAME_BYTES_MAX:
        raise ValueError("a name is too long")
    return file.read(size).decode("utf-8", "replace")


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        file.seek(_number(file, "Q"), 1)
    elif kind == _ARRAY:
        inner, count = _number(file, "I"), _number(file, "Q")
        if inner in _FIXED:
            file.seek(count * struct.calcsize(_FIXED[inner]), 1)
        else:
            for _ in range(count):
                _skip(file, inner)
    elif kind in _FIXED:
        file.seek(struct.calcsize(_FIXED[kind]), 1)
    else:
        raise ValueError(f"unknown type {kind}")
