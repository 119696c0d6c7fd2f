"""Who has no business here: other web sites, and whoever looks for secrets."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.doubles.house import House
from tests.doubles.mischief import SECRET
from tests.faults.conftest import Faulty, answer_of, ask, events, followed, lane_of


def handshake(house: House, path: str, origin: str, host: str = "") -> bytes:
    """Begin a websocket as a browser does that shows a page of `origin`, and return the answer."""
    parts = urlsplit(house.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 10) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host or parts.netloc}\r\nOrigin: {origin}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        return line.recv(200).split(b"\r\n")[0]


SOCKET = "/_event/?EIO=4&transport=websocket&token=t"


def test_the_pages_own_socket_opens(house: House) -> None:
    assert b"101" in handshake(house, SOCKET, house.url)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", ""),
        ("null", ""),
        ("http://127.0.0.1:1", ""),
        ("http://127.0.0.1.evil.example", ""),
        ("http://evil.example", "evil.example"),
    ],
)
def test_the_socket_is_closed_to_other_sites(house: House, origin: str, host: str) -> None:
    assert b"403" in handshake(house, SOCKET, origin, host)


def test_reflexs_own_upload_is_not_there(house: House) -> None:
    with house.client() as client:
        answer = client.post("/_upload", files={"files": ("a.csv", b"a,b\n1,2\n")})
        assert answer.status_code >= 400
        assert not list(Path.cwd().glob("uploaded_files/*"))


def test_a_key_is_nowhere_but_where_it_is_needed(faulty: Faulty, house: House) -> None:
    """Not in what a model's error says, not in answers, not in files, not in other processes."""
    faulty.mood("tells")
    try:
        with house.client() as client:
            run = ask(client, "a2a:numbers")
            told = followed(client, run)
            assert told.end["type"] == "run_finished"
            assert "refused the key. Check CHERRY_LLM_API_KEY" in answer_of(told)
            assert SECRET not in str(told.records)
            faulty.mood("")
            tool = ask(client, "@raw/hang go")
            for record in events(client, tool):
                if record["event"].get("step") == "s1":
                    break
            children = house.web.children(recursive=True)
            known = [c for c in children if SECRET in str(_environment(c))]
            assert all("cherry_reflex.agents_server" in c.cmdline() for c in known)
            assert len(children) > len(known)
            followed(client, tool)
            assert lane_of(client, tool)["state"] == "failed"
            for path in ("/api/model", "/api/roster", f"/api/runs/{run}", "/metrics", "/"):
                assert SECRET not in client.get(path).text
        files = [p for p in house.data_dir.rglob("*") if p.is_file()]
        assert files
        assert [p for p in files if SECRET.encode() in p.read_bytes()] == []
    finally:
        faulty.mood("")


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ())
    except psutil.Error:
        return {}  # it ended meanwhile
