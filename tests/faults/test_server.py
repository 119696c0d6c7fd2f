"""The server dies or ends: what it acknowledged is there, runs are interrupted, a retry works."""

import sqlite3
import time
from contextlib import closing

import httpx
import psutil
import pytest

from tests.doubles.house import House, wait_until
from tests.faults.conftest import Took, ask, events, followed, numbers, stored

RESTART_S = 60
DRAIN_S = 10


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(1, id="short"),
        pytest.param(20, id="20 times", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    ],
)
def test_sigkill_in_mid_stream(house: House, times: int, took: Took) -> None:
    runs: list[tuple[str, str]] = []
    left: list[psutil.Process] = []
    for round_ in range(times):
        heard, last = "", 0
        with house.client() as client:
            tool = ask(client, "@raw/hang go")
            next(r for r in events(client, tool) if r["event"]["type"] == "step_started")
            left += house.web.children(recursive=True)
            run = ask(client, "@numbers 4000 400")
            wanted = f"tok{30 + 17 * round_} "
            for record in events(client, run):
                if record["event"]["type"] == "text_delta":
                    heard += record["event"]["text"]
                assert record["seq"] == last + 1
                last = record["seq"]
                if wanted in heard:
                    # Another is acknowledged a moment before, and nothing was heard of it.
                    runs += [(run, heard), (ask(client, "@numbers 4000 400"), "")]
                    house.kill()
                    break
        took("back after SIGKILL", house.start())
    with house.client() as client:
        for run, heard in runs:
            assert client.get(f"/api/runs/{run}").json()["state"] == "interrupted"
            told = followed(client, run)
            assert told.seqs == list(range(1, len(told.seqs) + 1))
            assert told.end["type"] == "run_interrupted"
            assert told.text == numbers(told.text.count("tok"))
            assert told.text.startswith(heard)
        again = client.post(f"/api/runs/{runs[-1][0]}/retry", json={}).json()["run_id"]
        client.post(f"/api/runs/{again}/cancel", json={})
        assert followed(client, again).end["type"] == "run_cancelled"
        well = ask(client, "@numbers 50 200")
        assert followed(client, well).text == numbers(50) == stored(client, well)
    assert _problems(house) == []
    # What it had started ended with it, also what hangs.
    wait_until(lambda: not any(map(_runs, left)), 15)


def test_sigterm_drains(house: House, took: Took) -> None:
    children = house.web.children(recursive=True)
    assert children
    with house.client() as client:
        run = ask(client, "@numbers 4000 200")
        seen = []
        for record in events(client, run):
            seen.append(record)
            if len(seen) == 20:
                house.web.terminate()
                ended_at = time.monotonic()
        # Who followed was told how it ended, before the connection closed.
        assert seen[-1]["event"]["type"] == "run_interrupted"
    assert house.web.wait(DRAIN_S) == 0
    took("gone after SIGTERM", time.monotonic() - ended_at)
    assert time.monotonic() - ended_at < DRAIN_S
    wait_until(lambda: not any(map(_runs, children)), 2)
    house.start("/readyz")
    with house.client() as client:
        assert [record["seq"] for record in seen] == followed(client, run).seqs
        # The conversation goes on where it was.
        where = f"/api/conversations/{_newest(client)}"
        more = client.post(f"{where}/runs", json={"question": "@numbers 20 200"}).json()["run_id"]
        seqs = followed(client, more).seqs
        assert seqs == list(range(seen[-1]["seq"] + 1, client.get(where).json()["seq"] + 1))


def test_sigterm_while_another_program_holds_the_database(house: House, took: Took) -> None:
    with house.client() as client:
        run = ask(client, "@numbers 4000 200")
        for record in events(client, run):
            if "tok20 " in record["event"].get("text", ""):
                break
        with closing(sqlite3.connect(house.data_dir / "cherry.db", isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            status, took_s = house.terminate()
            took("gone after SIGTERM, database held", took_s)
            assert status == 0
            assert took_s < DRAIN_S
            # It starts all the same, and says how the run ended as soon as it can.
            house.start("/healthz")
    with house.client() as client:
        told = followed(client, run)
        assert told.end["type"] == "run_interrupted"
        assert told.seqs == list(range(1, len(told.seqs) + 1))
        assert told.text == numbers(told.text.count("tok"))
        assert client.get(f"/api/runs/{run}").json()["state"] == "interrupted"


def test_the_same_question_twice_is_accepted_once(house: House) -> None:
    """As a page asks again that did not hear the answer."""
    with house.client() as client:
        place = f"/api/conversations/{_conversation(client)}/runs"
        body = {"question": "@numbers 5 100", "run_id": "ab" * 16}
        first = client.post(place, json=body)
        assert first.status_code == 201
        followed(client, first.json()["run_id"])
        again = client.post(place, json=body)
        assert (again.status_code, again.json()) == (201, first.json())
        runs = client.get(place.removesuffix("/runs")).json()["runs"]
        assert [run["run_id"] for run in runs] == ["ab" * 16]
        elsewhere = f"/api/conversations/{_conversation(client)}/runs"
        assert client.post(elsewhere, json=body).status_code == 404


def test_the_agents_process_dies(house: House, took: Took) -> None:
    with house.client() as client:
        (agents,) = [
            c for c in house.web.children() if "cherry_reflex.agents_server" in c.cmdline()
        ]
        agents.kill()
        began = time.monotonic()
        run = ask(client, "hello")
        assert followed(client, run).end["type"] == "run_finished"
        took("answer after the agents' death", time.monotonic() - began)
        assert time.monotonic() - began < RESTART_S
        entry = client.get("/api/roster").json()["agents"]
        assert all(agent["healthy"] for agent in entry)


def _newest(client: httpx.Client) -> str:
    return str(client.get("/api/conversations").json()[0]["id"])


def _conversation(client: httpx.Client) -> str:
    return str(client.post("/api/conversations", json={}).json()["id"])


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _problems(house: House) -> list[str]:
    """Return what the database finds wrong with itself, and runs that seem to live."""
    with sqlite3.connect(house.data_dir / "cherry.db") as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check")]
        live = [row[0] for row in database.execute("SELECT id FROM run WHERE state = 'live'")]
    return [line for line in found if line != "ok"] + live
