"""Files of the hub: fetched once, taken up again where they were cut, and checked.

The hub hands large files on to another host, which must not see the key.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import httpx

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.http.addresses import Refusal, pin
from cherry_reflex.settings import Settings

_NAME = re.compile(r"([\w.-]+/[\w.-]+):([\w./-]+\.gguf)", re.ASCII)
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REDIRECTS_MAX = 5
_IDLE_S = 30.0
_UNREACHABLE = Refusal("model_hub_unreachable", "where")
Progress = Callable[[int, int], None]
"""Told bytes that are there, and bytes in all (0: not known)."""


@dataclass(frozen=True)
class HubFile:
    """A file of a repository of the hub. A model in several parts is named by its first one."""

    repository: str
    file: str

    @classmethod
    def of(cls, name: str) -> Self | None:
        """Return what `org/repo:file.gguf` names, None for anything else, such as a path."""
        match = _NAME.fullmatch(name)
        if match is None or ".." in match[2].split("/") or match[2].startswith("/"):
            return None
        return cls(match[1], match[2])

    def parts(self) -> tuple[str, ...]:
        """Return the files that belong together."""
        match = _PART.search(self.file)
        if match is None:
            return (self.file,)
        stem, count = self.file[: match.start()], int(match[2])
        return tuple(f"{stem}-{n:05d}-of-{match[2]}.gguf" for n in range(1, count + 1))

    def path(self, folder: Path) -> Path:
        """Return where it is kept."""
        return folder / self.repository / self.file


async def fetch(file: HubFile, folder: Path, settings: Settings, progress: Progress) -> Path:
    """Return the path of a file of the hub, which is downloaded unless it is there.

    Raises Unavailable: `model_hub_unreachable`, `model_hub_file` where there is no such file or the
    key does not allow it, `model_hub_damaged` when what came is not what the hub has.
    """
    for part in file.parts():
        one = HubFile(file.repository, part)
        target = one.path(folder)
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            await _download(one, target, settings, progress)
    return file.path(folder)


async def _download(file: HubFile, target: Path, settings: Settings, progress: Progress) -> None:
    part = target.with_name(f"{target.name}.part")
    hub = settings.llm_hub_url.rstrip("/")
    url = httpx.URL(f"{hub}/{file.repository}/resolve/main/{quote(file.file)}")
    try:
        async with httpx.AsyncClient(timeout=_IDLE_S, trust_env=False) as client:
            sha256 = await _body(client, url, part, settings, progress)
    except (httpx.HTTPError, OSError) as error:
        raise Unavailable("model_hub_unreachable", repr(error), where=url.host) from error
    if sha256 and await asyncio.to_thread(_sha256, part) != sha256:
        part.unlink()
        raise Unavailable("model_hub_damaged", file=file.file)
    part.rename(target)


async def _body(
    client: httpx.AsyncClient, url: httpx.URL, part: Path, settings: Settings, progress: Progress
) -> str:
    """Write the file beside its place, and return its checksum as the hub says it, if it does."""
    target, sha256 = url, ""
    for _ in range(_REDIRECTS_MAX + 1):
        there = _size(part)
        headers = {"Accept-Encoding": "identity", "User-Agent": "cherry-reflex"}
        if there:
            headers["Range"] = f"bytes={there}-"
        if settings.llm_api_key and (target.scheme, target.netloc) == (url.scheme, url.netloc):
            headers["Authorization"] = f"Bearer {settings.llm_api_key}"
        request = client.build_request("GET", target, headers=headers)
        if not settings.private_urls:
            await pin(request, unreachable=_UNREACHABLE)
        answer = await client.send(request, stream=True)
        try:
            etag = answer.headers.get("x-linked-etag", "").strip('"')
            sha256 = etag if _SHA256.fullmatch(etag) else sha256
            if answer.has_redirect_location:
                target = target.join(answer.headers["location"])
                continue
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and there:
                return sha256  # all of it is there
            if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
                status = f"status {answer.status_code}"
                raise Unavailable("model_hub_file", status, where=url.host, file=url.path)
            if answer.status_code == httpx.codes.OK:
                there = 0  # it begins anew
            total = there + int(answer.headers.get("content-length", 0))
            async for size in _written(answer, part, there):
                progress(size, total)
            if total and _size(part) != total:
                raise httpx.ReadError("the file ended too early")
            return sha256
        finally:
            await answer.aclose()
    raise Unavailable("model_hub_file", "too many redirects", where=url.host, file=url.path)


async def _written(answer: httpx.Response, part: Path, there: int) -> AsyncGenerator[int]:
    """Write the body after what is there; yield how large the file is."""
    with part.open("r+b" if there else "wb") as file:
        file.seek(there)
        async for chunk in answer.aiter_raw(1 << 20):
            await asyncio.to_thread(file.write, chunk)
            there += len(chunk)
            yield there


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
