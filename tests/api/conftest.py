from collections.abc import Iterator

import httpx
import pytest

from tests.doubles.house import House


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, timeout=60) as client:
        yield client


@pytest.fixture
def conversation(client: httpx.Client) -> str:
    return str(client.post("/api/conversations", json={}).json()["id"])
