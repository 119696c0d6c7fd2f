"""Which encoding a text file has: decoded strictly and whole, never guessed from a sample."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.core.errors import BadInput

LINE_BYTES_MAX = 1_000_000
_CHUNK_BYTES = 1 << 20
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRIED = ("utf-8", "cp949")
"""CP949 holds all of EUC-KR."""


@dataclass(frozen=True)
class Reading:
    """How a text file was read: its encoding, and the file that holds it as UTF-8 without mark."""

    path: Path
    encoding: str
    lines: int
    quoted: bool


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

    Tries the byte order mark, UTF-8, then CP949, or only `wanted`. Raises BadInput `text_encoding`
    (line and value of the first bad byte), `text_line` (a line over 1 MB), `text_binary` (NUL
    bytes), `encoding_unknown`.
    """
    candidates = _candidates(source, wanted)
    first_bad: _Bad | None = None
    for encoding in candidates:
        target = folder / f"{encoding}.txt"
        result = _decode(source, target, encoding, name, line_bytes_max)
        if isinstance(result, Reading):
            return result
        target.unlink(missing_ok=True)
        first_bad = first_bad or result
    if first_bad is None:
        raise AssertionError("unreachable: there is always a candidate")
    raise BadInput(
        "text_encoding",
        name=name,
        line=first_bad.line,
        byte=f"0x{first_bad.byte:02X}",
        tried=", ".join(candidates),
    )


def _candidates(source: Path, wanted: str) -> tuple[str, ...]:
    if wanted:
        try:
            info = codecs.lookup(wanted)
        except LookupError as error:
            raise BadInput("encoding_unknown", encoding=wanted) from error
        if not info._is_text_encoding:  # type: ignore[attr-defined]
            raise BadInput("encoding_unknown", encoding=wanted)
        return (info.name,)
    with source.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return (encoding,)
    return _TRIED


def _decode(
    source: Path, target: Path, encoding: str, name: str, line_bytes_max: int
) -> Reading | _Bad:
    """Decode in chunks; write UTF-8 to `target` unless the file is UTF-8 without mark already."""
    as_is = encoding in ("utf-8", "ascii")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, column, quoted = 0, 0, False
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
            quoted = quoted or b'"' in piece
            if not as_is:
                out.write(piece)
            if not chunk:
                break
    if as_is:
        target.unlink()
    if column:
        lines += 1
    return Reading(source if as_is else target, encoding, lines, quoted)


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
