"""What is open when a session ends: sockets, streams and uploads, by a real server."""

import asyncio
import itertools
from typing import Any

import httpx
import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.api.conftest import PASSWORD, Club, cookie_of
from tests.doubles.tab import tab

CSV = b"city,sales\nSeoul,100\nBusan,50\n"


@pytest.mark.parametrize("how", ["sign out", "revoke", "passwd"])
async def test_what_is_open_is_cut_within_a_second(club: Club, how: str) -> None:
    name = f"guest-{how.replace(' ', '-')}"
    club.add(name)
    with club.sign_in(name) as guest:
        own = guest.post("/api/conversations", json={}).json()["id"]
        body = {"question": "100000 50", "worker": "numbers"}
        run = guest.post(f"/api/conversations/{own}/runs", json=body).json()["run_id"]
        headers = cookie_of(guest)
        async with tab(club.url, headers) as page, httpx.AsyncClient(base_url=club.url) as reader:
            await page.follow(own)
            await page.until(lambda got: any(part == "t" for part, _ in got))
            stream = reader.stream("GET", f"/api/runs/{run}/events", headers=headers)
            async with stream as answer:
                assert answer.status_code == 200
                lines = answer.aiter_lines()
                assert await anext(lines)
                if how == "sign out":
                    guest.delete("/api/session")
                else:
                    given = f"{PASSWORD} 2\n" if how == "passwd" else ""
                    await asyncio.to_thread(club.command, how, name, given=given)
                async with asyncio.timeout(1):
                    await page.gone.wait()
                    with pytest.raises(httpx.RemoteProtocolError):
                        async for _ in lines:
                            pass
            assert (await reader.get(f"/api/runs/{run}", headers=headers)).status_code == 401
            with pytest.raises(Refused):
                async with tab(club.url, headers):
                    pass


async def test_an_upload_under_way_is_not_kept(club: Club) -> None:
    club.add("uploader")
    with club.sign_in("uploader") as guest:
        own = guest.post("/api/conversations", json={}).json()["id"]
        headers = cookie_of(guest)
        begun, ended = asyncio.Event(), asyncio.Event()

        async def body() -> Any:
            yield CSV
            begun.set()
            await ended.wait()
            for _ in itertools.repeat(None, 50):
                yield b"Seoul,1\n" * 1000

        async with httpx.AsyncClient(base_url=club.url, headers=headers, timeout=30) as sender:
            path = f"/api/conversations/{own}/files?name=x.csv"
            sending = asyncio.create_task(sender.post(path, content=body()))
            await begun.wait()
            await asyncio.to_thread(club.command, "revoke", "uploader")
            while (await sender.get("/api/roster")).status_code != 401:
                pass
            ended.set()
            answer = await sending
        assert answer.status_code == 401
        club.command("restore", "uploader")
        with club.sign_in("uploader") as again:
            assert again.get(f"/api/conversations/{own}").json()["uploads"] == []
    assert not list((club.house.data_dir / "uploads" / own).iterdir())
