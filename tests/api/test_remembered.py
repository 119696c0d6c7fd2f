"""What words mean in a dataset: told with it, and forgotten over HTTP."""

import asyncio

import httpx

from cherry_reflex.store.database import Database
from cherry_reflex.store.remembered import RememberedWords
from tests.api.test_api import CSV, upload
from tests.doubles.house import House


def test_a_word_is_told_and_forgotten(
    house: House, client: httpx.Client, conversation: str
) -> None:
    (dataset,) = upload(client, conversation, CSV, "매출.csv").json()["datasets"]
    path = f"/api/datasets/{dataset['id']}"
    assert client.get(path).json()["remembered"] == []

    async def choose() -> None:
        async with Database(house.data_dir, alone=False) as database:
            for word in ("낸 돈", "R&D/비용"):
                await RememberedWords(database).put(conversation, dataset["id"], word, "매출")

    asyncio.run(choose())
    known = [["낸 돈", "매출"], ["r&d/비용", "매출"]]
    assert client.get(path).json()["remembered"] == known
    shown = client.get(f"/api/conversations/{conversation}").json()["uploads"]
    assert shown[0]["dataset"]["remembered"] == known

    answer = client.delete(f"{path}/remembered", params={"word": "R&D/비용"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["remembered"] == known[:1]
    assert client.get(path).json() == answer.json()
    # What is forgotten already is forgotten.
    assert client.delete(f"{path}/remembered", params={"word": "x"}).status_code == 200


def test_what_cannot_be_forgotten(client: httpx.Client, conversation: str) -> None:
    (dataset,) = upload(client, conversation, CSV, "매출.csv").json()["datasets"]
    missing = client.delete(f"/api/datasets/{dataset['id']}/remembered", params={"word": " "})
    assert (missing.status_code, missing.json()["error"]["code"]) == (400, "body_wrong")
    unknown = client.delete("/api/datasets/none/remembered", params={"word": "x"})
    assert unknown.status_code == 404


def test_an_own_reading_is_refused_when_it_is_none(client: httpx.Client) -> None:
    body = {"step": "plan", "reply": "x", "reading": {"task": "dance"}}
    answer = client.post("/api/runs/none/answer", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "body_wrong")
