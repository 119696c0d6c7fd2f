import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from tests.doubles.house import ROOT, House, opened

PASSWORD = "correct horse battery"


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, timeout=60) as client:
        yield client


@pytest.fixture
def conversation(client: httpx.Client) -> str:
    return str(client.post("/api/conversations", json={}).json()["id"])


@dataclass
class Club:
    """A house with login, and its operator's command."""

    house: House

    @property
    def url(self) -> str:
        return self.house.url

    def command(self, *arguments: str, given: str = "") -> str:
        """Run `scripts/account` with the house's settings; return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "cherry_reflex.accounts.command", *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**self.house.environment, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def add(self, name: str, *flags: str) -> None:
        self.command("add", name, *flags, given=f"{PASSWORD}\n")

    def stranger(self) -> httpx.Client:
        """A client that is not signed in."""
        return httpx.Client(base_url=self.url, timeout=60)

    @contextmanager
    def sign_in(self, name: str) -> Iterator[httpx.Client]:
        with self.stranger() as client:
            answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            yield client


def cookie_of(client: httpx.Client) -> dict[str, str]:
    """The headers with which a websocket is opened as this client."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


@pytest.fixture(scope="package")
def club() -> Iterator[Club]:
    """민지 is an operator, Tom is not."""
    with opened(CHERRY_LOGIN="true") as house:
        club = Club(house)
        club.add("민지", "--operator")
        club.add("Tom")
        yield club


@pytest.fixture
def minji(club: Club) -> Iterator[httpx.Client]:
    with club.sign_in("민지") as client:
        yield client


@pytest.fixture
def tom(club: Club) -> Iterator[httpx.Client]:
    with club.sign_in("Tom") as client:
        yield client
