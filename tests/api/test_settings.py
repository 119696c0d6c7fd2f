"""What the operator sets for the API, over HTTP in this process: no page is needed for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from cherry_reflex.api.authentication import AuthenticationMiddleware
from cherry_reflex.api.routes import boot, conversations, runs
from cherry_reflex.runtime import open_runtime
from cherry_reflex.settings import Settings
from tests.doubles.serving import listening, serving

LIMIT = 40


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(_env_file=None, data_dir=tmp_path, question_chars_max=LIMIT, ui_runs=7)
    app = Starlette(routes=[*conversations.ROUTES, *runs.ROUTES, *boot.ROUTES])
    bound, url = listening()
    async with (
        open_runtime(settings),
        serving(AuthenticationMiddleware(app, settings, tmp_path), bound),
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield client


async def test_the_longest_question_and_the_longest_answer_to_one(http: httpx.AsyncClient) -> None:
    conversation = (await http.post("/api/conversations", json={})).json()["id"]
    path = f"/api/conversations/{conversation}/runs"
    long, allowed = "x" * (LIMIT + 1), "x" * LIMIT
    for place, field in ((path, {}), ("/api/runs/none/answer", {"step": "s1"})):
        name = "reply" if field else "question"
        answer = await http.post(place, json={**field, name: long})
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, "question_long")
        assert error["params"] == {"length": LIMIT + 1, "limit": LIMIT}
        answer = await http.post(place, json={**field, name: allowed})
        assert answer.status_code == (404 if field else 201)


async def test_the_first_script_tells_the_page(http: httpx.AsyncClient) -> None:
    script = await http.get("/boot.js")
    assert script.headers["content-type"].startswith("text/javascript")
    for told in (f"questionChars = {LIMIT};", "runs = 7;", "nearPx = 64;", 'offered = "";'):
        assert f"document.documentElement.dataset.{told}" in script.text
    assert "root.lang" in script.text
