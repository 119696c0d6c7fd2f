"""What holds the numbers of an answer, and what was sent to others, over HTTP."""

import asyncio

import httpx

from tests.api.conftest import Club
from tests.doubles.checked_answer import ANSWERS, written
from tests.doubles.house import House


def test_evidence_of_a_run(house: House, client: httpx.Client) -> None:
    _, run = asyncio.run(written(house.data_dir))
    found = client.get(f"/api/runs/{run}/evidence").json()
    assert found["checked"] is True
    links = {link["text"]: link for link in found["links"]}
    seoul = links["1,234,567"]
    assert (seoul["kind"], seoul["step"], seoul["table"]) == ("cell", "s1", "result_1")
    assert (seoul["row"], seoul["label"], seoul["value"]) == (0, "서울", 1234567.25)
    assert ANSWERS["en"][seoul["start"] : seoul["end"]] == "1,234,567"
    assert links["434,567"]["expression"] == "1234567.25 - 800000"
    assert (links["0.0312"]["key"], links["0.0312"]["param"]) == ("group_test", "p")
    assert [span["text"] for span in found["unsupported"]] == ["77,123", "17.7 %"]
    (contradiction,) = found["contradictions"]
    assert [side["value"] for side in contradiction["sides"]] == [40.5, 41.25]
    sent = {(one["kind"], one["to"]): one for one in found["ledger"]}
    assert sent["agent", "helper"]["columns"] == ["region", "revenue", "orders"]
    assert sent["model", "model-x · OpenAI"]["characters"] == 1234


def test_a_run_without_an_answer(client: httpx.Client, conversation: str) -> None:
    body = {"question": "x", "worker": "a2a:nobody"}
    run = client.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    with client.stream("GET", f"/api/runs/{run}/events") as events:
        assert any(events.iter_lines())
    found = client.get(f"/api/runs/{run}/evidence").json()
    assert (found["checked"], found["links"], found["ledger"]) == (False, [], [])


def test_it_is_its_owners_alone(club: Club, minji: httpx.Client, tom: httpx.Client) -> None:
    conversation = minji.post("/api/conversations", json={}).json()["id"]
    body = {"question": "x", "worker": "a2a:nobody"}
    run = minji.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    assert minji.get(f"/api/runs/{run}/evidence").status_code == 200
    assert tom.get(f"/api/runs/{run}/evidence").status_code == 404
    with club.stranger() as nobody:
        assert nobody.get(f"/api/runs/{run}/evidence").status_code == 401
