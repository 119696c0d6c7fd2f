"""The head of a GGUF file."""

import struct
from pathlib import Path

import pytest

from cherry_reflex.core.errors import CherryError
from cherry_reflex.llm.local.gguf import trained_context


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(*pairs: tuple[str, int, bytes]) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs))
    return head + b"".join(text(name) + struct.pack("<I", kind) + raw for name, kind, raw in pairs)


STRINGS = struct.pack("<IQ", 8, 2) + text("a") + text("하나")
NUMBERS = struct.pack("<IQ", 4, 3) + bytes(12)
NESTED = struct.pack("<IQ", 9, 1) + NUMBERS


def test_the_context_that_it_was_trained_for(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(
        gguf(
            ("general.architecture", 8, text("llama")),
            ("general.file_type", 4, bytes(4)),
            ("tokenizer.ggml.tokens", 9, STRINGS),
            ("numbers", 9, NUMBERS),
            ("nested", 9, NESTED),
            ("flag", 7, b"\x01"),
            ("llama.context_length", 4, struct.pack("<I", 8192)),
        )
    )
    assert trained_context(path) == 8192
    path.write_bytes(gguf(("general.architecture", 8, text("llama"))))
    assert trained_context(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGU",
        b"PK\x03\x04 and more",
        b"GGUF" + bytes(3),
        gguf(("x.context_length", 4, b"\x01")),
        gguf(("x", 99, b"")),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1 << 60),
    ],
)
def test_what_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(CherryError) as caught:
        trained_context(path)
    assert caught.value.code == "model_local_file"
