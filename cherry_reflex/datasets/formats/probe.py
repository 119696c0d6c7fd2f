"""What a file really is, told from its first bytes and its name, before anything parses it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from cherry_reflex.core.errors import BadInput

Format = Literal["csv", "json", "xlsx", "parquet", "gzip"]

EXTENSIONS: dict[str, Format] = {
    "csv": "csv",
    "tsv": "csv",
    "tab": "csv",
    "txt": "csv",
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "parquet": "parquet",
    "pq": "parquet",
    "gz": "gzip",
}
ACCEPTED = "csv, tsv, txt, xlsx, json, jsonl, parquet, csv.gz"

_GZIP, _ZIP, _PARQUET, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD_BYTES = 4096
_FOREIGN: dict[bytes, str] = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"PK\x05\x06": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x7fELF": "ELF",
    b"MZ": "EXE",
    b"SQLite format 3": "SQLite",
    b"ARROW1": "Arrow",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"{\\rtf": "RTF",
}


@dataclass(frozen=True)
class Name:
    """A file name made safe: without path, control characters and direction marks."""

    full: str
    stem: str
    extension: str


def safe_name(filename: str) -> Name:
    """Return the parts of a file name that came from outside."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable() and not _turns_text(c)).strip()
    kept = kept[-200:] or "data"
    path = PurePosixPath(kept)
    stem = path.stem
    if path.suffix.lower() == ".gz":
        stem = PurePosixPath(stem).stem or stem
    return Name(kept, stem.strip(". ") or "data", path.suffix.lower().lstrip("."))


def identify(source: Path, name: Name) -> Format:
    """Return the format of a file. Raises BadInput when it is empty, unknown, encrypted, or not
    what its name says."""
    if source.stat().st_size == 0:
        raise BadInput("file_empty", name=name.full)
    expected = EXTENSIONS.get(name.extension)
    if expected is None:
        raise BadInput("file_type", name=name.full, accepted=ACCEPTED)
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    found = _found(source, head, name)
    text = found == ""
    if text and expected in ("csv", "json"):
        return expected
    if found == expected:
        return expected
    if text and expected in ("xlsx", "parquet", "gzip"):
        looks = "HTML" if head.lstrip()[:1] == b"<" else "text"
        raise BadInput("file_mislabelled", name=name.full, said=name.extension, found=looks)
    raise BadInput("file_mislabelled", name=name.full, said=name.extension, found=found)


def _found(source: Path, head: bytes, name: Name) -> str:
    if head.startswith(_OLE):
        content = source.read_bytes()[:5_000_000]
        code = "file_encrypted" if _ENCRYPTED in content else "file_old_excel"
        raise BadInput(code, name=name.full)
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith(_ZIP):
        try:
            with zipfile.ZipFile(source) as archive:
                return "xlsx" if "xl/workbook.xml" in archive.namelist() else "ZIP"
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise BadInput("file_damaged", str(error), name=name.full) from error
    for magic, foreign in _FOREIGN.items():
        if head.startswith(magic):
            return foreign
    return ""


def _turns_text(character: str) -> bool:
    return (
        character in "\u200e\u200f\u061c"
        or "\u202a" <= character <= "\u202e"
        or ("\u2066" <= character <= "\u2069")
    )
