"""What people and their browsers do at bad moments: nothing is half done, nothing is lost."""

import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.doubles.house import House, wait_until
from tests.faults.conftest import (
    Faulty,
    ask,
    conversation,
    events,
    followed,
    lane_of,
    numbers,
    stored,
)

CSV = b"name,amount\n" + b"\xea\xb0\x80,1\n" * 2000


def test_an_upload_that_breaks_off_leaves_nothing(house: House) -> None:
    with house.client() as client:
        where = conversation(client)
        parts = urlsplit(house.url)
        place = f"/api/conversations/{where}/files?name=a.csv"
        with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as line:
            head = f"POST {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(CSV)}\r\n\r\n"
            line.sendall(head.encode() + CSV[: len(CSV) // 2])
            folder = house.data_dir / "uploads" / where
            wait_until(lambda: any(folder.glob("*.part")))
            assert client.get(f"/api/conversations/{where}").json()["uploads"] == []
        wait_until(lambda: not any(folder.iterdir()))
        again = client.post(place, content=CSV).raise_for_status().json()["datasets"]
        assert [(one["name"], one["rows"]) for one in again] == [("a", 2000)]


def test_the_same_file_twice_at_the_same_moment(house: House) -> None:
    with house.client() as client, ThreadPoolExecutor(6) as people:
        where = conversation(client)
        place = f"/api/conversations/{where}/files"

        def send(_: int) -> str:
            answer = client.post(place, params={"name": "매출 😀.csv"}, content=CSV)
            return str(answer.raise_for_status().json()["datasets"][0]["name"])

        names = list(people.map(send, range(6)))
        assert sorted(names) == sorted({"매출 😀", *(f"매출 😀 {n}" for n in range(2, 7))})
        shown = client.get(f"/api/conversations/{where}").json()["uploads"]
        assert sorted(one["dataset"]["name"] for one in shown) == sorted(names)


def test_a_file_that_says_it_is_too_long_is_refused_at_once(house: House) -> None:
    parts = urlsplit(house.url)
    with house.client() as client:
        place = f"/api/conversations/{conversation(client)}/files?name=a.csv"
    with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as line:
        head = f"POST {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000000\r\n\r\n"
        line.sendall(head.encode())
        line.settimeout(10)
        assert line.recv(200).startswith(b"HTTP/1.1 413")


def test_a_file_is_refused_before_it_fills_the_disk(faulty: Faulty, house: House) -> None:
    if faulty.disk is None:
        pytest.skip("a small disk can be mounted by root alone")

    def endless() -> Iterator[bytes]:
        for _ in range(500):
            yield b"x" * 1_000_000

    with house.client() as client:
        run = ask(client, "@numbers 300 200")
        place = f"/api/conversations/{conversation(client)}/files"
        refused = client.post(place, params={"name": "big.csv"}, content=endless())
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "storage_full")
        assert followed(client, run).text == numbers(300) == stored(client, run)
        assert not [p for p in Path(faulty.disk, "uploads").rglob("*") if "big" in p.name]
        assert not list(Path(faulty.disk, "uploads").rglob("*.part"))


def test_a_conversation_deleted_while_it_streams(house: House) -> None:
    """Who follows sees the end; what was deleted is not found, and whole when it is restored."""
    with house.client() as client:
        where = conversation(client)
        place = f"/api/conversations/{where}"
        body = {"question": "@numbers 200 200"}
        run = client.post(f"{place}/runs", json=body).json()["run_id"]
        heard = ""
        gone = False
        for record in events(client, run):
            if record["event"]["type"] == "text_delta":
                heard += record["event"]["text"]
            if not gone and "tok20 " in heard:
                client.delete(place).raise_for_status()
                gone = True
                assert client.get(place).status_code == 404
                assert client.get(f"/api/runs/{run}").status_code == 404
                assert client.post(f"{place}/runs", json=body).status_code == 404
        assert record["event"]["type"] == "run_finished"
        assert heard == numbers(200)
        client.post(f"{place}/restore").raise_for_status()
        assert stored(client, run) == numbers(200)


def test_many_questions_at_the_same_moment_in_one_conversation(house: House) -> None:
    with house.client() as client, ThreadPoolExecutor(10) as tabs:
        place = f"/api/conversations/{conversation(client)}"

        def put(count: int) -> str:
            answer = client.post(f"{place}/runs", json={"question": f"@numbers {count} 200"})
            return str(answer.raise_for_status().json()["run_id"])

        counts = list(range(31, 41))
        runs = list(tabs.map(put, counts))
        told = list(tabs.map(lambda run: followed(client, run), runs))
        assert [one.text for one in told] == [numbers(count) for count in counts]
        seqs = sorted(seq for one in told for seq in one.seqs)
        assert seqs == list(range(1, len(seqs) + 1))
        assert client.get(place).json()["seq"] == len(seqs)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (r"@echo \ud83d\ude00 안녕", "@echo 😀 안녕"),
        (r"@echo a\u0000b\ud83d", "@echo ab\ufffd"),
        (r"@echo \u2028\u202e\ufeff", "@echo \u2028\u202e\ufeff"),
    ],
)
def test_questions_of_any_characters_are_kept(house: House, asked: str, kept: str) -> None:
    with house.client() as client:
        where = conversation(client)
        answer = client.post(
            f"/api/conversations/{where}/runs",
            content=f'{{"question": "{asked}"}}'.encode(),
            headers={"Content-Type": "application/json"},
        )
        run = answer.raise_for_status().json()["run_id"]
        assert followed(client, run).records[0]["event"]["question"] == kept
        assert client.get(f"/api/runs/{run}").json()["question"] == kept
        assert client.get(f"/api/conversations?query={kept[1:5]}").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["%ED%A0%BD.csv", "a%00b.csv", "..%2F..%2Fetc%2Fpasswd.csv", "%E2%80%AEvsc.exe.csv", "%F0%9F"],
)
def test_file_names_of_any_characters_are_taken(house: House, name: str) -> None:
    with house.client() as client:
        where = conversation(client)
        answer = client.post(f"/api/conversations/{where}/files?name={name}", content=CSV)
        assert answer.status_code in (201, 400), answer.text
        if answer.status_code == 201:
            (made,) = answer.json()["datasets"]
            shown = client.get(f"/api/conversations/{where}").json()["uploads"]
            assert [one["dataset"]["name"] for one in shown] == [made["name"]]
            assert client.get(f"/api/datasets/{made['id']}/download?format=csv").status_code == 200
        assert {p.parent.name for p in (house.data_dir / "uploads").rglob("*") if p.is_file()} <= {
            p.name for p in (house.data_dir / "uploads").iterdir()
        }


def test_the_clock_goes_back_a_day(faulty: Faulty, house: House) -> None:
    with house.client() as client:
        run = ask(client, "@numbers 200 200")
        heard, turned = "", False
        try:
            for record in events(client, run):
                if record["event"]["type"] == "text_delta":
                    heard += record["event"]["text"]
                if not turned and "tok50 " in heard:
                    faulty.turn_clock(-86_400)
                    turned = True
            assert record["event"]["type"] == "run_finished"
            assert record["at"] < time.time() - 80_000
            assert heard == numbers(200) == stored(client, run)
            lane = lane_of(client, run)
            assert lane["ended_at"] >= lane["started_at"]
            another = ask(client, "@numbers 20 200")
            assert followed(client, another).text == numbers(20)
            listed = [one["id"] for one in client.get("/api/conversations").json()]
            assert len(listed) == len(set(listed))
        finally:
            faulty.turn_clock(0)


def test_a_client_that_leaves_before_it_hears_the_answer(house: House) -> None:
    """The question is worked on once it was accepted, whoever listens."""
    parts = urlsplit(house.url)
    with house.client() as client:
        where = conversation(client)
        body = b'{"question": "@numbers 30 200", "run_id": "' + b"cd" * 16 + b'"}'
        head = f"POST /api/conversations/{where}/runs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as line:
            line.sendall(head.encode() + body)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        def accepted() -> bool:
            with house.client() as other:
                return other.get(f"/api/runs/{'cd' * 16}").status_code == 200

        wait_until(accepted)
        assert followed(client, "cd" * 16).text == numbers(30)


def test_control_by_strangers_is_refused(house: House) -> None:
    """Bodies that are not what they should be get an answer, and nothing else happens."""
    with house.client() as client:
        place = f"/api/conversations/{conversation(client)}/runs"
        for body in (b"", b"[]", b"\xff\xfe", b'{"question": 1}', b"[" * 100_000, b'{"a": "\\ud8'):
            answer = client.post(place, content=body)
            assert answer.status_code == 400, (body[:20], answer.text)
            assert answer.json()["error"]["code"] in ("body_wrong", "question_empty")
        with pytest.raises(httpx.HTTPStatusError):
            client.post(place, json={"question": "x" * 200_000}).raise_for_status()
