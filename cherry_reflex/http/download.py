"""Files of the web: only from hosts that the operator has named, and counted while they arrive."""

import asyncio
from collections.abc import Sequence
from email.message import Message
from pathlib import Path
from urllib.parse import unquote

import httpx

from cherry_reflex.core.errors import BadInput, LimitExceeded, Unavailable
from cherry_reflex.http.addresses import Refusal, pin

ANY_HOST = "*"
_REDIRECTS_MAX = 5
_IDLE_S, _TOTAL_S = 20.0, 300.0
_NAME_CHARS_MAX = 120
_PRIVATE, _UNREACHABLE = Refusal("url_host_private", "host"), Refusal("url_unreachable", "host")
_ENDINGS = {
    "text/csv": ".csv",
    "text/plain": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
    "application/gzip": ".csv.gz",
}
"""Endings by media type, for files whose address has none."""


async def download(url: str, folder: Path, *, hosts: Sequence[str], bytes_max: int) -> Path:
    """Fetch a file into `folder` and return its path, under the name that it has there.

    `hosts` are those that are allowed: `data.example.com`, `*.example.com`, or `*` for all, at the
    usual ports and public addresses. One with a port (`files.local:8080`) may be at a private
    address. Every redirect is checked anew; the address that was checked is the one connected to.

    Raises BadInput (`url_invalid`), LimitExceeded (`url_large`), and Unavailable (`url_host`,
    `url_host_private`, `url_page`, `url_status`, `url_unreachable`): no other arguments help.
    """
    target = _parsed(url)
    try:
        async with (
            asyncio.timeout(_TOTAL_S),
            httpx.AsyncClient(timeout=_IDLE_S, trust_env=False, follow_redirects=False) as client,
        ):
            for _ in range(_REDIRECTS_MAX + 1):
                request = client.build_request(
                    "GET", target, headers={"Accept-Encoding": "identity"}
                )
                if not _allowed(target, hosts):
                    await pin(request, private=_PRIVATE, unreachable=_UNREACHABLE)
                answer = await client.send(request, stream=True)
                try:
                    if not answer.has_redirect_location:
                        return await _kept(answer, target, folder, bytes_max)
                    target = _parsed(str(target.join(answer.headers["location"])))
                finally:
                    await answer.aclose()
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        raise Unavailable("url_unreachable", detail=repr(error), host=target.host) from error
    raise Unavailable("url_status", status=answer.status_code, host=target.host)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadInput("url_invalid", detail=str(error), url=url[:300]) from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise BadInput("url_invalid", url=url[:300])
    return parsed


def _allowed(url: httpx.URL, hosts: Sequence[str]) -> bool:
    """Return whether the host may be anywhere (named with its port); raises Unavailable `url_host`
    when it is not named at all."""
    if f"{url.host}:{url.port or {'http': 80, 'https': 443}[url.scheme]}" in hosts:
        return True
    named = any(
        entry in (ANY_HOST, url.host) or (entry.startswith("*.") and url.host.endswith(entry[1:]))
        for entry in hosts
    )
    if not named or url.port is not None:
        raise Unavailable("url_host", host=url.netloc.decode("ascii"), hosts=", ".join(hosts))
    return False


async def _kept(answer: httpx.Response, url: httpx.URL, folder: Path, bytes_max: int) -> Path:
    if answer.status_code != httpx.codes.OK:
        raise Unavailable("url_status", status=answer.status_code, host=url.host)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise Unavailable("url_page", host=url.host)
    path = folder / _name(answer, url, kind)
    size_bytes = 0
    with path.open("wb") as file:
        async for chunk in answer.aiter_bytes():
            size_bytes += len(chunk)
            if size_bytes > bytes_max:
                raise LimitExceeded("url_large", limit=bytes_max)
            await asyncio.to_thread(file.write, chunk)
    return path


def _name(answer: httpx.Response, url: httpx.URL, kind: str) -> str:
    """Return a file name without folders: what the server calls it, or the end of its address."""
    header = Message()
    header["Content-Disposition"] = answer.headers.get("content-disposition", "")
    given = header.get_filename() or unquote(url.path)
    name = given.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c.isprintable()).strip(" .")[-_NAME_CHARS_MAX:] or "data"
    return name if "." in name else name + _ENDINGS.get(kind, "")
