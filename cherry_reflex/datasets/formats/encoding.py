"""Which encoding a text file has: decoded strictly and whole. Marks and UTF-8 are certain; among
the older encodings the likeliest is taken, and called a guess."""

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.formats.likelihood import likely

LINE_BYTES_MAX = 1_000_000
_CHUNK_BYTES = 1 << 20
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT_BYTES = 262_144
"""Of lines that are not ASCII, by which older encodings are told apart."""
_NULS_SHARE = 0.2


@dataclass(frozen=True)
class Reading:
    """How a text file was read: its encoding, and the file that holds it as UTF-8 without mark."""

    path: Path
    encoding: str
    lines: int
    is_guess: bool = False
    """Whether the bytes alone leave open which encoding it is."""


@dataclass(frozen=True)
class _Bad:
    line: int
    byte: int


def read(
    source: Path,
    folder: Path,
    name: str,
    wanted: str = "",
    line_bytes_max: int = LINE_BYTES_MAX,
) -> Reading:
    """Decode a whole text file strictly and return it as UTF-8.

    Takes the encoding that a byte order mark names, UTF-8, UTF-16 without a mark, or else the older
    encoding that makes the likeliest words; only `wanted` where that is given. Raises BadInput
    `text_encoding` (line and value of the first bad byte), `text_line` (a line over 1 MB),
    `text_binary` (NUL bytes), `encoding_unknown`.
    """
    certain = _certain(source, wanted)
    tried = [certain]
    first_bad = _decode(source, folder / "text.txt", certain, name, line_bytes_max)
    if isinstance(first_bad, Reading):
        return first_bad
    if certain == "utf-8" and not wanted:
        for encoding in likely(_sample(source)):
            tried.append(encoding)
            target = folder / f"{encoding}.txt"
            result = _decode(source, target, encoding, name, line_bytes_max)
            if isinstance(result, Reading):
                return replace(result, is_guess=True)
            target.unlink(missing_ok=True)
    raise BadInput(
        "text_encoding",
        name=name,
        line=first_bad.line,
        byte=f"0x{first_bad.byte:02X}",
        tried=", ".join(tried),
    )


def _certain(source: Path, wanted: str) -> str:
    if wanted:
        try:
            info = codecs.lookup(wanted)
        except (LookupError, ValueError) as error:
            raise BadInput("encoding_unknown", encoding=wanted) from error
        if not info._is_text_encoding:  # type: ignore[attr-defined]
            raise BadInput("encoding_unknown", encoding=wanted)
        return info.name
    with source.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    # Delimiters, digits and line ends of UTF-16 have a NUL on one side.
    for side, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        nuls = head[side::2].count(0)
        if nuls > max(3, _NULS_SHARE * len(head) / 2) and head[1 - side :: 2].count(0) == 0:
            return encoding
    return "utf-8"


def _sample(source: Path) -> bytes:
    """Return the lines of a file that are not ASCII, up to a limit."""
    found: list[bytes] = []
    size = 0
    with source.open("rb") as file:
        while size < _LOOKED_AT_BYTES and (line := file.readline(LINE_BYTES_MAX)):
            if not line.isascii():
                found.append(line[:_LOOKED_AT_BYTES])
                size += len(found[-1])
    return b"".join(found)


def _decode(
    source: Path, target: Path, encoding: str, name: str, line_bytes_max: int
) -> Reading | _Bad:
    """Decode in chunks; write UTF-8 to `target` unless the file is UTF-8 without mark already."""
    as_is = encoding in ("utf-8", "ascii")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, column = 0, 0
    with source.open("rb") as file, target.open("wb") as out:
        while True:
            chunk = file.read(_CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "replace")
                return _Bad(lines + before.count("\n") + 1, error.object[error.start])
            piece = chunk if as_is else text.encode("utf-8", "surrogatepass")
            if b"\0" in piece:
                line = lines + piece[: piece.index(b"\0")].count(b"\n") + 1
                raise BadInput("text_binary", name=name, line=line)
            column = _longest(piece, column, lines, name, line_bytes_max)
            lines += piece.count(b"\n")
            if not as_is:
                out.write(piece)
            if not chunk:
                break
    if as_is:
        target.unlink()
    if column:
        lines += 1
    return Reading(source if as_is else target, encoding, lines)


def _longest(piece: bytes, column: int, lines: int, name: str, most: int) -> int:
    """Return the length of the last, unfinished line; refuse a line that is too long."""
    start = 0
    while True:
        # Looking at the last newline within the allowed length visits few positions per chunk.
        limit = start + most - column
        if limit >= len(piece):
            last = piece.rfind(b"\n", start)
            return len(piece) - last - 1 if last >= 0 else column + len(piece) - start
        last = piece.rfind(b"\n", start, limit + 1)
        if last < 0:
            line = lines + piece.count(b"\n", 0, start) + 1
            raise BadInput("text_line", name=name, line=line, limit=most)
        start, column = last + 1, 0
