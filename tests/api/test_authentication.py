"""Authentication: every route of the program, asked by nobody and by the wrong person."""

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pandas as pd
import pytest
from socketio.exceptions import ConnectionError as Refused
from starlette.routing import Mount, Route

from cherry_reflex.api.authentication import OPEN
from cherry_reflex.api.routes import routes
from tests.api.conftest import Club, cookie_of
from tests.doubles.tab import tab

CSV = b"city,sales\nSeoul,100\nBusan,50\n"
NOBODYS = "0" * 32

BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/api/conversations/{conversation_id}"): {"title": "mine now"},
    ("POST", "/api/conversations/{conversation_id}/runs"): {"question": "what is in it?"},
    ("POST", "/api/conversations/{conversation_id}/samples"): {"name": "retail_sales_en"},
    ("POST", "/api/datasets/{dataset_id}/read-again"): {"encoding": "utf-8"},
    ("POST", "/api/runs/{run_id}/answer"): {"step": "s1", "reply": "yes"},
    ("PUT", "/api/runs/{run_id}/feedback"): {"value": "down"},
}
QUERIES = {"/api/conversations/{conversation_id}/files": {"name": "theirs.csv"}}
OTHERS = {
    "/api/agents/{name}",
    "/api/mcp-servers/{name}",
    "/api/mcp-servers/{name}/agree",
    "/api/mcp/{server}/{tool:path}",
}
"""Routes with a name in them that is nobody's own."""


def every_route() -> list[tuple[str, str]]:
    found = []
    for route in routes().routes:
        if isinstance(route, Route):
            methods = sorted((route.methods or {"GET", "POST"}) - {"HEAD"})
            found += [(method, route.path) for method in methods]
        else:
            assert isinstance(route, Mount)
            found += [("POST", f"{route.path}/"), ("GET", f"{route.path}/")]
    return found


def owned() -> list[tuple[str, str]]:
    return [(m, path) for m, path in every_route() if "{" in path and path not in OTHERS]


class Belongings:
    """What 민지 has: a conversation with data, a finished run and an artifact."""

    def __init__(self, client: httpx.Client) -> None:
        made = client.post("/api/conversations", json={"title": "salaries"})
        self.conversation_id = made.json()["id"]
        path = f"/api/conversations/{self.conversation_id}"
        uploaded = client.post(f"{path}/files", params={"name": "pay.csv"}, content=CSV)
        self.dataset_id = uploaded.json()["datasets"][0]["id"]
        body = {"question": "describe sales", "worker": "pandas"}
        self.run_id = client.post(f"{path}/runs", json=body).json()["run_id"]
        log = client.get(f"/api/runs/{self.run_id}/events").text
        found = re.search(r'"artifact":\{"id":"([0-9a-f]{32})"', log)
        assert found, log[-2000:]
        self.artifact_id = found[1]
        self.language = "en"

    def fill(self, path: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda slot: getattr(self, slot[1]), path)


@pytest.fixture(scope="module")
def belongings(club: Club) -> Iterator[Belongings]:
    with club.sign_in("민지") as minji:
        yield Belongings(minji)


def ask(client: httpx.Client, method: str, path: str, filled: str) -> httpx.Response:
    query = QUERIES.get(path, {})
    if path.endswith("/files"):
        return client.request(method, filled, params=query, content=CSV)
    return client.request(method, filled, params=query, json=BODIES.get((method, path)))


def without_ids(answer: httpx.Response, *ids: str) -> str:
    text = answer.text
    for one in ids:
        text = text.replace(one, "ID")
    return text


@pytest.mark.parametrize(("method", "path"), every_route())
def test_nobody_gets_past_the_door(
    club: Club, belongings: Belongings, method: str, path: str
) -> None:
    filled = re.sub(r"\{[^}]*\}", "x", path if path in OTHERS else belongings.fill(path))
    wrong = [{}, {"cookie": "cherry_session=guess"}, {"authorization": "Bearer guess"}]
    for headers in wrong:
        with club.stranger() as stranger:
            answer = stranger.request(method, filled, headers=headers)
        if path in OPEN:
            assert answer.status_code != 401 or path in ("/api/session", "/sign-in")
        else:
            assert answer.status_code == 401, f"{method} {filled}"
            assert answer.json()["error"]["code"] == "sign_in_needed"


@pytest.mark.parametrize(
    "path",
    ["/_event", "/_event/", "/_upload", "/ping", "/_health", "/_all_routes", "/auth-codespace",
     "/index.html", "/404.html", "/__spa-fallback.html", "//api/conversations", "/api/../metrics",
     "/%61pi/conversations", "/assets/../api/conversations", "/nowhere"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_nothing_else_is_open_either(club: Club, method: str, path: str) -> None:
    with club.stranger() as stranger:
        assert stranger.request(method, path).status_code == 401


def test_the_pages_own_files_are_open(club: Club) -> None:
    with club.stranger() as stranger:
        for path in ("/boot.js", "/cherry.css", "/sign-in.css", "/sign-in.js", "/favicon.svg"):
            assert stranger.get(path).status_code == 200


@pytest.mark.parametrize(("method", "path"), owned())
def test_what_is_anothers_is_not_found(
    belongings: Belongings, tom: httpx.Client, method: str, path: str
) -> None:
    """And cannot be told from what does not exist at all."""
    answer = ask(tom, method, path, belongings.fill(path))
    assert answer.status_code == 404, f"{method} {path}: {answer.text[:300]}"
    nothing = ask(tom, method, path, re.sub(r"\{[^}]*\}", NOBODYS, path))
    assert nothing.status_code == 404
    ids = [value for value in vars(belongings).values() if len(value) == 32]
    assert without_ids(answer, *ids) == without_ids(nothing, NOBODYS)


def test_what_was_asked_by_another_changed_nothing(
    club: Club, belongings: Belongings, minji: httpx.Client, tom: httpx.Client
) -> None:
    before = minji.get(f"/api/conversations/{belongings.conversation_id}").json()
    for method, path in owned():
        ask(tom, method, path, belongings.fill(path))
    after = minji.get(f"/api/conversations/{belongings.conversation_id}").json()
    assert before == after
    assert after["conversation"]["title"] == "salaries"
    listed = [one["id"] for one in tom.get("/api/conversations").json()]
    assert belongings.conversation_id not in listed
    assert tom.get("/api/conversations", params={"query": "salar"}).json() == []
    wrong = {"question": "q", "datasets": [belongings.dataset_id]}
    own = tom.post("/api/conversations", json={}).json()["id"]
    said = tom.post(f"/api/conversations/{own}/runs", json=wrong)
    assert said.json()["error"]["code"] == "dataset_unknown_id"
    tom.delete(f"/api/conversations/{own}")


@pytest.mark.parametrize(("method", "path"), [one for one in owned() if one[0] == "GET"])
def test_its_owner_finds_it(
    belongings: Belongings, minji: httpx.Client, method: str, path: str
) -> None:
    answer = ask(minji, method, path, belongings.fill(path))
    # The artifact is a chart or a table: of a chart there are no rows.
    assert answer.status_code == 200 or answer.json()["error"]["code"] == "artifact_not_table"


def test_a_tools_argument_is_no_way_to_anothers_file(
    club: Club, belongings: Belongings, tom: httpx.Client
) -> None:
    (file,) = (club.house.data_dir / "datasets" / belongings.conversation_id).glob("*.parquet")
    own = tom.post("/api/conversations", json={}).json()["id"]
    tom.post(f"/api/conversations/{own}/files", params={"name": "own.csv"}, content=CSV)
    tool = "/api/mcp/statistical_analysis/describe_numbers"
    for place in (
        str(file),
        file.as_uri(),
        belongings.dataset_id,
        f"dataset:{belongings.dataset_id}",
    ):
        body = {"dataset": place, "columns": ["sales"]}
        answer = tom.post(tool, params={"conversation": own}, json=body)
        assert "event: error" in answer.text
        assert "event: result" not in answer.text
    tom.delete(f"/api/conversations/{own}")


async def test_a_websocket_needs_a_session(club: Club, minji: httpx.Client) -> None:
    token = club.command("token", "민지")
    for headers in ({}, {"Cookie": "cherry_session=guess"}, {"Authorization": f"Bearer {token}"}):
        with pytest.raises(Refused):
            async with tab(club.url, headers):
                pass
    evil = {**cookie_of(minji), "Origin": "https://evil.example"}
    with pytest.raises(Refused):
        async with tab(club.url, evil):
            pass
    async with tab(club.url, {**cookie_of(minji), "Origin": club.url}):
        pass


async def test_a_tab_follows_its_own_persons_conversations_alone(
    club: Club, belongings: Belongings, minji: httpx.Client, tom: httpx.Client
) -> None:
    async with tab(club.url, cookie_of(tom)) as theirs:
        await theirs.follow(belongings.conversation_id)
        await theirs.until(lambda got: bool(got))
        assert [name for name, _ in theirs.got] == ["e"]
        assert theirs.got[0][1]["code"] == "conversation_unknown"
    async with tab(club.url, cookie_of(minji)) as mine:
        await mine.follow(belongings.conversation_id)
        await mine.until(lambda got: any(name == "s" for name, _ in got))


async def test_a_tabs_token_is_of_no_use_to_another(
    club: Club, minji: httpx.Client, tom: httpx.Client
) -> None:
    async with tab(club.url, cookie_of(minji), "the-tab-of-minji"):
        with pytest.raises(Refused):
            async with tab(club.url, cookie_of(tom), "the-tab-of-minji"):
                pass
    with pytest.raises(Refused):
        async with tab(club.url, cookie_of(tom), "the-tab-of-minji"):
            pass
    async with tab(club.url, cookie_of(minji), "the-tab-of-minji"):
        pass


def test_an_outside_worker_fetches_a_dataset_by_ticket_alone(
    club: Club, belongings: Belongings, minji: httpx.Client
) -> None:
    path = f"/api/datasets/{belongings.dataset_id}/download"
    with club.stranger() as stranger:
        for ticket in ("", "1", "99999999999.00"):
            answer = stranger.get(path, params={"format": "csv", "ticket": ticket})
            assert answer.status_code == 401
    whole = minji.get(path, params={"format": "csv"})
    assert pd.read_csv(io.BytesIO(whole.content))["sales"].sum() == 150


def test_operators_alone_change_what_everybody_works_with(
    minji: httpx.Client, tom: httpx.Client
) -> None:
    by_command = {"mcpServers": {"x": {"command": "/bin/true"}}}
    by_url = {"mcpServers": {"x": {"url": "http://127.0.0.1:9/mcp"}}}
    for method, path, body in (
        ("POST", "/api/agents", {"url": "http://127.0.0.1:9"}),
        ("DELETE", "/api/agents/x", None),
        ("POST", "/api/mcp-servers", by_url),
        ("DELETE", "/api/mcp-servers/x", None),
        ("POST", "/api/mcp-servers/x/agree", None),
        ("GET", "/metrics", None),
    ):
        refused = tom.request(method, path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "operator_needed")
    said = minji.post("/api/mcp-servers", json=by_command)
    assert (said.status_code, said.json()["error"]["code"]) == (403, "mcp_command_refused")
    assert minji.post("/api/mcp-servers", json=by_url).status_code == 200, "shown, to be confirmed"
    assert "streaming_active_total" in minji.get("/metrics").text


def until_answered(program: httpx.Client, status: int) -> None:
    """Ask until what a command has changed is noticed, which takes the server a look."""
    deadline = time.monotonic() + 20
    while (answered := program.get("/api/roster").status_code) != status:
        assert answered in (200, 401)
        assert time.monotonic() < deadline


def test_a_token_lets_a_program_in(club: Club, belongings: Belongings) -> None:
    headers = {"authorization": f"Bearer {club.command('token', 'Tom')}"}
    with httpx.Client(base_url=club.url, headers=headers, timeout=60) as program:
        until_answered(program, 200)
        assert program.get("/api/session").json()["account"] == {"name": "Tom"}
        assert program.get(f"/api/conversations/{belongings.conversation_id}").status_code == 404
        assert program.delete("/api/session").status_code == 204, "no session: nothing ends"
        assert program.get("/api/roster").status_code == 200
        club.command("token", "Tom", "--end")
        until_answered(program, 401)


def test_health_tells_strangers_little(club: Club, tom: httpx.Client) -> None:
    with club.stranger() as stranger:
        assert stranger.get("/healthz").json() == {"status": "ok"}
        assert stranger.get("/readyz").json() == {"status": "ready"}
        assert stranger.get("/.well-known/agent-card.json").json()["securitySchemes"]
    assert "orchestrator" in tom.get("/readyz").json()["agents"]
