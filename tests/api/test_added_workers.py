"""Agents and tool servers added over the API: shown whole before they start, kept, removed."""

import sys
from pathlib import Path

import httpx
import pytest

SERVER = Path(__file__).parents[1] / "doubles" / "operation_server.py"


def config(name: str = "added") -> dict[str, object]:
    server = {"command": sys.executable, "args": ["-m", "tests.doubles.operation_server"],
              "cwd": str(SERVER.parents[2]), "env": {"TOKEN": "very-secret"}}  # fmt: skip
    return {"mcpServers": {name: server}}


def tools(client: httpx.Client) -> dict[str, bool]:
    return {t["name"]: t["healthy"] for t in client.get("/api/roster").json()["tools"]}


def test_a_server_is_shown_whole_then_started_then_removed(client: httpx.Client) -> None:
    shown = client.post("/api/mcp-servers", json=config())
    assert shown.status_code == 200
    (server,) = shown.json()["servers"]
    assert server["command"] == f"{sys.executable} -m tests.doubles.operation_server"
    assert server["env"] == ["TOKEN"]
    assert "very-secret" not in shown.text
    assert "added" not in tools(client)

    other = {**config("another"), "confirm": shown.json()["confirm"]}
    refused = client.post("/api/mcp-servers", json=other)
    assert refused.json()["error"]["code"] == "mcp_not_as_shown"
    assert "another" not in tools(client)

    started = client.post("/api/mcp-servers", json={**config(), "confirm": shown.json()["confirm"]})
    assert started.status_code == 201, started.text
    assert tools(client)["added"] is True
    assert "added" in client.get("/api/roster").json()["added"]
    again = client.post("/api/mcp-servers", json={**config(), "confirm": shown.json()["confirm"]})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "worker_named")

    assert client.delete("/api/mcp-servers/added").status_code == 204
    assert "added" not in tools(client)
    assert client.delete("/api/mcp-servers/added").status_code == 404


def test_what_cannot_start_is_not_kept(client: httpx.Client) -> None:
    broken = {"mcpServers": {"broken": {"command": "/no/such/program"}}}
    digest = client.post("/api/mcp-servers", json=broken).json()["confirm"]
    failed = client.post("/api/mcp-servers", json={**broken, "confirm": digest})
    assert failed.status_code == 503
    assert "broken" not in tools(client)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mcpServers": {}},
        {"mcpServers": {"x": {}}},
        {"mcpServers": {"x": {"command": "a", "url": "b"}}},
    ],
)
def test_what_is_no_configuration_says_so(client: httpx.Client, body: dict[str, object]) -> None:
    answer = client.post("/api/mcp-servers", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "mcp_config_wrong")


def test_our_own_servers_cannot_be_removed(client: httpx.Client) -> None:
    own = next(iter(tools(client)))
    answer = client.delete(f"/api/mcp-servers/{own}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "added_unknown")
    assert own in tools(client)


def test_an_agent_is_added_by_its_url_and_removed(client: httpx.Client) -> None:
    agents = client.get("/api/roster").json()["agents"]
    url = next(agent["url"] for agent in agents if agent["name"] == "eda")
    added = client.post("/api/agents", json={"url": url, "name": "theirs"})
    assert added.status_code == 201, added.text
    assert added.json()["own"] is False
    names = [agent["name"] for agent in client.get("/api/roster").json()["agents"]]
    assert "theirs" in names
    assert client.delete("/api/agents/theirs").status_code == 204
    names = [agent["name"] for agent in client.get("/api/roster").json()["agents"]]
    assert "theirs" not in names


def test_an_address_without_an_agent_is_refused(client: httpx.Client) -> None:
    assert client.post("/api/agents", json={"url": "ftp://x"}).status_code == 400
    nobody = client.post("/api/agents", json={"url": "http://127.0.0.1:9"})
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (503, "agent_unreachable")


def test_without_a_model_there_is_none_to_test(client: httpx.Client) -> None:
    answer = client.post("/api/model/test")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "model_not_connected"
