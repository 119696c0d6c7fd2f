"""The operator's file, in the shapes that there are."""

import json
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.a2a.client.workers import A2AWorkers
from cherry_reflex.core.errors import SettingsWrong
from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import file_servers, own_servers
from cherry_reflex.settings import Settings
from cherry_reflex.workers.user_servers import UserServers


def _written(folder: Path, value: Any) -> Path:
    path = folder / "file.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


@pytest.mark.parametrize("key", ["mcpServers", "servers"])
def test_both_shapes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("MY_TOKEN", "s3cret")
    servers = {
        "a b": {"command": "npx", "args": ["-y", "x"], "env": {"TOKEN": "${MY_TOKEN}"}},
        "web": {
            "type": "http",
            "url": "https://example.org/mcp",
            "headers": {"Authorization": "Bearer ${env:MY_TOKEN}", "X": "${NONE:-given}"},
        },
        "off": {"command": "x", "disabled": True},
    }
    found = {server.name: server for server in file_servers(_written(tmp_path, {key: servers}))}
    assert list(found) == ["a_b", "web"]
    assert found["a_b"].args == ("-y", "x")
    assert found["a_b"].env == {"TOKEN": "s3cret"}
    assert found["web"].headers == {"Authorization": "Bearer s3cret", "X": "given"}
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    "value",
    [
        "not json",
        {"other": {}},
        {"mcpServers": []},
        {"mcpServers": {"a": {}}},
        {"mcpServers": {"a": {"command": "x", "url": "http://y"}}},
        {"mcpServers": {"a": {"command": "x", "env": {"A": "${NOT_SET_ANYWHERE}"}}}},
        {"mcpServers": {"a": 5}},
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(SettingsWrong):
        file_servers(_written(tmp_path, value))


def test_own_servers_are_found_by_file_name(settings: Settings, tmp_path: Path) -> None:
    for name in ("one.py", "two.py", "_hidden.py", "__init__.py"):
        (tmp_path / name).write_text("raise RuntimeError('imported')")
    found = own_servers(settings, tmp_path)
    assert [server.name for server in found] == ["one", "two"]
    assert found[0].args == ("-m", "cherry_reflex.tools.one")


@pytest.mark.parametrize(
    "value", ["{}", "[5]", '[{"name": "no url"}]', "no", '[{"url": "file:///x"}]']
)
def test_a_wrong_agents_file_is_refused(settings: Settings, tmp_path: Path, value: str) -> None:
    wrong = settings.model_copy(update={"agents_file": _written(tmp_path, value)})
    with pytest.raises(SettingsWrong) as caught:
        A2AWorkers(wrong)
    assert caught.value.code == "agents_file_wrong"


async def test_an_added_server_whose_variable_is_gone_is_unhealthy_and_says_why(
    settings: Settings, tmp_path: Path
) -> None:
    user_servers = UserServers(tmp_path)
    user_servers.keep_servers({"notes": {"command": "notes", "env": {"TOKEN": "${GONE_SINCE}"}}})
    (config,) = user_servers.servers()
    assert (config.name, config.missing) == ("notes", "GONE_SINCE")
    async with McpWorkers(settings, servers=(config,)) as workers:
        (entry,) = await workers.entries()
    assert (entry.healthy, entry.problem, entry.detail) == (
        False,
        "tool_variable_missing",
        "GONE_SINCE",
    )
    assert user_servers.drop_server("notes")
    assert user_servers.servers() == ()


def test_an_added_agent_whose_variable_is_gone_keeps_nobody_from_starting(
    settings: Settings,
) -> None:
    A2AWorkers(settings, added=[{"url": "http://h/a", "headers": {"X": "${GONE_SINCE}"}}])
