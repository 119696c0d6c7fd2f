"""A full disk, and a database that another program holds: said clearly, and over when they are."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.doubles.house import House
from tests.faults.conftest import Faulty, Took, ask, events, followed, numbers, stored

RECOVERY_S = 5.0


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    path = folder / "ballast"
    with path.open("ab", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                pass
    return path


def test_the_disk_is_full(faulty: Faulty, house: House, took: Took) -> None:
    if faulty.disk is None:
        pytest.skip("a small disk can be mounted by root alone")
    with house.client() as client:
        before = ask(client, "@numbers 20 200")
        followed(client, before)
        run = ask(client, "@numbers 4000 200")
        heard, full_at = "", 0.0
        for record in events(client, run):
            if record["event"]["type"] == "text_delta":
                heard += record["event"]["text"]
            if not full_at and "tok40 " in heard:
                ballast = fill(faulty.disk)
                full_at = time.monotonic()
        # The run's end is written into the reserve, so its follower sees it at once.
        took("failed after the disk was full", time.monotonic() - full_at)
        assert time.monotonic() - full_at < RECOVERY_S
        view = client.get(f"/api/runs/{run}").json()
        assert (view["state"], view["failure"]["code"]) == ("failed", "storage_full")
        assert stored(client, run) == heard == numbers(heard.count("tok"))

        refused = client.post(
            f"/api/conversations/{_newest(client)}/runs",
            json={"question": "@numbers 5 100"},
            headers={"Accept-Language": "ko"},
        )
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "storage_full"
        assert "디스크" in refused.json()["error"]["message"]
        upload = client.post(
            f"/api/conversations/{_newest(client)}/files",
            params={"name": "a.csv"},
            content=b"a,b\n1,2\n" * 1000,
        )
        assert (upload.status_code, upload.json()["error"]["code"]) == (503, "storage_full")

        ballast.unlink()
        freed_at = time.monotonic()
        again = client.post(f"/api/runs/{run}/retry", json={}).json()["run_id"]
        for record in events(client, again):
            if record["event"]["type"] == "text_delta":
                break
        took("token after space was freed", time.monotonic() - freed_at)
        assert time.monotonic() - freed_at < RECOVERY_S
        client.post(f"/api/runs/{again}/cancel", json={})
        followed(client, again)
        assert stored(client, before) == numbers(20)
        assert stored(client, run) == heard
        seqs = followed(client, run).seqs
        assert seqs == sorted(set(seqs))


def test_another_program_holds_the_database(house: House) -> None:
    with house.client() as client:
        run = ask(client, "@numbers 300 100")
        held = None
        heard = ""
        for record in events(client, run):
            if record["event"]["type"] == "text_delta":
                heard += record["event"]["text"]
            if held is None and "tok20 " in heard:
                held = sqlite3.connect(house.data_dir / "cherry.db", isolation_level=None)
                held.execute("BEGIN IMMEDIATE")
                _until_emitted(house, 150)
                held.execute("ROLLBACK")
                held.close()
        assert heard == numbers(300) == stored(client, run)


@pytest.mark.slow
def test_the_database_is_held_for_long(house: House) -> None:
    with house.client() as client:
        run = ask(client, "@numbers 2500 100")
        next(r for r in events(client, run) if r["event"]["type"] == "text_delta")
        with closing(sqlite3.connect(house.data_dir / "cherry.db", isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            place = f"/api/conversations/{_newest(client)}/runs"
            refused = client.post(place, json={"question": "@numbers 5 100"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "storage_busy")
        told = followed(client, run)
        # Whole, or its lane has failed, or all of it: by which of its words could not be written.
        causes = [r["event"]["failure"]["code"] for r in told.records if "failure" in r["event"]]
        assert set(causes) <= {"storage_busy"}
        assert causes or told.text == numbers(2500)
        assert told.text == numbers(told.text.count("tok")) == stored(client, run)
        well = ask(client, "@numbers 5 100")
        assert followed(client, well).text == numbers(5)


def _newest(client: httpx.Client) -> str:
    """Return the conversation in which something was asked last."""
    return str(client.get("/api/conversations").json()[0]["id"])


def _until_emitted(house: House, count: int) -> None:
    deadline = time.monotonic() + 20
    with httpx.Client(base_url=house.agent_url) as client:
        while len(client.get("/emitted").json()) < count:
            assert time.monotonic() < deadline
            time.sleep(0.05)
