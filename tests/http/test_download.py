"""Files of the web: who may be asked, what is followed, and what is kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from cherry_reflex.core.errors import CherryError
from cherry_reflex.http.download import download
from tests.doubles.serving import listening, serving

TABLE = "a,b\n1,2\n"
NAME = quote("../../etc/판매.csv", safe="")


@dataclass
class Web:
    """A web server of the test's own, and where it is."""

    url: str
    host: str
    asked: list[str]


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        match request.path_params["what"]:
            case "table.csv":
                return PlainTextResponse(TABLE, media_type="text/csv")
            case "named":
                head = {"content-disposition": f"attachment; filename*=UTF-8''{NAME}"}
                return PlainTextResponse(TABLE, headers=head)
            case "bare":
                return PlainTextResponse("[]", media_type="application/json")
            case "page":
                return Response("<html>", media_type="text/html")
            case "large":
                return Response(b"x" * 2_000, media_type="text/csv")
            case "gone":
                return Response(status_code=404)
            case "round":
                return RedirectResponse("/round")
            case "moved":
                return RedirectResponse("/table.csv")
            case "inside":
                return RedirectResponse("http://127.0.0.1:1/secret.csv")
            case _:
                return RedirectResponse("ftp://example.com/a.csv")

    bound, url = listening()
    async with serving(Starlette(routes=[Route("/{what}", answer)]), bound):
        yield Web(url, url.removeprefix("http://"), asked)


async def fetched(web: Web, what: str, folder: Path) -> Path:
    return await download(f"{web.url}/{what}", folder, hosts=[web.host], bytes_max=1_000)


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("table.csv", "table.csv"),
        ("moved", "table.csv"),
        ("named", "판매.csv"),
        ("bare", "bare.json"),
    ],
)
async def test_a_file_is_kept_under_its_name(
    web: Web, what: str, name: str, tmp_path: Path
) -> None:
    path = await fetched(web, what, tmp_path)
    assert path == tmp_path / name
    assert path.read_text() in (TABLE, "[]")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("page", "url_page"),
        ("large", "url_large"),
        ("gone", "url_status"),
        ("round", "url_status"),
        ("inside", "url_host"),
        ("elsewhere", "url_invalid"),
    ],
)
async def test_what_is_not_kept(web: Web, what: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(CherryError) as caught:
        await fetched(web, what, tmp_path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("url", "hosts", "code"),
    [
        ("https://example.org/a.csv", ["example.com"], "url_host"),
        ("https://evil-example.com/a.csv", ["*.example.com"], "url_host"),
        ("http://example.com:22/a.csv", ["example.com"], "url_host"),
        ("http://user:pw@example.com/a.csv", ["*"], "url_invalid"),
        ("file:///etc/passwd", ["*"], "url_invalid"),
        ("http://127.0.0.1/a.csv", ["*"], "url_host_private"),
        ("http://localhost/a.csv", ["localhost"], "url_host_private"),
        ("http://[::1]/a.csv", ["*"], "url_host_private"),
        ("http://169.254.169.254/latest/meta-data", ["*"], "url_host_private"),
        ("http://2130706433/a.csv", ["*"], "url_host_private"),
        ("http://224.0.0.1/a.csv", ["*"], "url_host_private"),
        ("http://[64:ff9b::a9fe:a9fe]/a.csv", ["*"], "url_host_private"),
        (f"http://{'a' * 64}.example/a.csv", ["*"], "url_unreachable"),
    ],
)
async def test_who_is_not_asked(url: str, hosts: list[str], code: str, tmp_path: Path) -> None:
    with pytest.raises(CherryError) as caught:
        await download(url, tmp_path, hosts=hosts, bytes_max=1_000)
    assert caught.value.code == code


async def test_a_private_host_is_not_asked_at_all(web: Web, tmp_path: Path) -> None:
    host = web.host.partition(":")[0]
    with pytest.raises(CherryError):
        await download(f"{web.url}/table.csv", tmp_path, hosts=["*", host], bytes_max=1_000)
    assert web.asked == []
