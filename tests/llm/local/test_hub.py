"""Files of a hub that speaks HTTP: fetched once, taken up again, checked. Keys stay with it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError
from cherry_reflex.llm.local.hub import HubFile, fetch
from cherry_reflex.settings import Settings
from tests.doubles.answering import Answering, Reply, answering

BYTES = bytes(range(256)) * 4000
PATH = "/org/repo/resolve/main/q4/model.gguf"
FILE = HubFile("org/repo", "q4/model.gguf")


def settings_of(hub: Answering, **more: Any) -> Settings:
    values = {"llm_hub_url": hub.url, "llm_api_key": "hf-secret", **more}
    return Settings(_env_file=None, **values)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("org/repo:model.gguf", HubFile("org/repo", "model.gguf")),
        ("org/repo:q4/model.gguf", FILE),
        ("models/qwen.gguf", None),
        ("/models/qwen.gguf", None),
        ("org/repo:../../etc/passwd.gguf", None),
        ("org/repo:/etc/passwd.gguf", None),
        ("org/repo:model.bin", None),
        ("a/b/c:model.gguf", None),
    ],
)
def test_names_of_the_hub(name: str, found: HubFile | None) -> None:
    assert HubFile.of(name) == found


def test_parts_belong_together() -> None:
    assert HubFile("o/r", "m-00001-of-00003.gguf").parts() == (
        "m-00001-of-00003.gguf",
        "m-00002-of-00003.gguf",
        "m-00003-of-00003.gguf",
    )
    assert FILE.parts() == ("q4/model.gguf",)


async def test_a_file_is_fetched_once_from_where_the_hub_hands_it_on(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    sha256 = hashlib.sha256(BYTES).hexdigest()
    async with answering({"GET /blob": BYTES}) as other:
        away = {"Location": f"{other.url}/blob", "X-Linked-Etag": f'"{sha256}"'}
        async with answering({f"GET {PATH}": Reply(302, "", headers=away)}) as hub:
            for _ in range(2):
                path = await fetch(FILE, tmp_path, settings_of(hub), lambda *to: told.append(to))
            assert path.read_bytes() == BYTES
            assert path == tmp_path / "org/repo/q4/model.gguf"
            assert len(hub.requests) == len(other.requests) == 1
            assert hub.requests[0].headers["authorization"] == "Bearer hf-secret"
            assert "authorization" not in other.requests[0].headers
            assert names(tmp_path) == ["model.gguf"]
    assert told[-1] == (len(BYTES), len(BYTES))


async def test_what_was_cut_is_taken_up_again(tmp_path: Path) -> None:
    part = FILE.path(tmp_path).with_name("model.gguf.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(BYTES[:1000])
    async with answering({f"GET {PATH}": Reply(206, BYTES[1000:])}) as hub:
        path = await fetch(FILE, tmp_path, settings_of(hub), nothing)
        assert path.read_bytes() == BYTES
        assert hub.requests[0].headers["range"] == "bytes=1000-"


async def test_a_server_that_begins_anew_is_believed(tmp_path: Path) -> None:
    part = FILE.path(tmp_path).with_name("model.gguf.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else, and shorter")
    async with answering({f"GET {PATH}": BYTES}) as hub:
        assert (await fetch(FILE, tmp_path, settings_of(hub), nothing)).read_bytes() == BYTES


async def test_a_damaged_file_is_not_kept(tmp_path: Path) -> None:
    wrong = {"X-Linked-Etag": f'"{hashlib.sha256(b"other").hexdigest()}"'}
    async with answering({f"GET {PATH}": Reply(200, BYTES, headers=wrong)}) as hub:
        with pytest.raises(CherryError) as caught:
            await fetch(FILE, tmp_path, settings_of(hub), nothing)
    assert caught.value.code == "model_hub_damaged"
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_file_that_is_not_given(tmp_path: Path, status: int) -> None:
    async with answering({f"GET {PATH}": Reply(status, "no")}) as hub:
        with pytest.raises(CherryError) as caught:
            await fetch(FILE, tmp_path, settings_of(hub), nothing)
    assert caught.value.code == "model_hub_file"
    assert "hf-secret" not in str(caught.value)


async def test_a_hub_that_is_not_there(tmp_path: Path) -> None:
    async with answering({}) as hub:
        settings = settings_of(hub)
    with pytest.raises(CherryError) as caught:
        await fetch(FILE, tmp_path, settings, nothing)
    assert caught.value.code == "model_hub_unreachable"


async def test_private_addresses_are_refused_when_the_operator_says_so(tmp_path: Path) -> None:
    async with answering({f"GET {PATH}": BYTES}) as hub:
        with pytest.raises(CherryError) as caught:
            await fetch(FILE, tmp_path, settings_of(hub, private_urls=False), nothing)
        assert caught.value.code == "url_private"
        assert not hub.requests
