"""Answers that a strong model gave by hand (`benchmarks/answers`), played again: its calls still
run, its figures are still those of the data, and nothing more is asked of it than then.

Figures are held against the files with pandas, without the code of the answers.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from anyio.from_thread import start_blocking_portal

from benchmarks.answers.recording import Recorded
from benchmarks.answers.replay import Replay
from benchmarks.questions.lines import read
from tests.doubles.house import opened
from tests.doubles.serving import listening, serving
from tests.team.answer import PATIENCE_S

RECORDING = Path(__file__).parent / "recorded" / "analyst_ko.jsonl"
FILES = Path(__file__).parents[1] / "cases" / "analyst"
TALKS = {"지점실적_2025.xlsx": "br", "가전판매.csv": "pk"}
SALES = pd.read_csv(FILES / "가전판매.csv", encoding="cp949")


def _sales(year: str) -> dict[str, int]:
    """Return units by item of a year, computed from the file alone."""
    rows = SALES[SALES["판매월"].astype(str).str.startswith(year)]
    units = rows["판매대수"].astype(str).str.replace(",", "").astype(float)
    return {str(k): int(v) for k, v in units.groupby(rows["품목"]).sum().items()}


@pytest.fixture(scope="module")
def views() -> Iterator[dict[str, dict[str, Any]]]:
    """Ask all recorded questions, each file's in a conversation of its own."""
    recorded = read(RECORDING, Recorded)
    replay = Replay(recorded)
    bound, url = listening()
    found: dict[str, dict[str, Any]] = {}
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(replay.app, bound)),
        opened(CHERRY_LLM_BASE_URL=f"{url}/v1", CHERRY_LLM_MODEL="recorded") as house,
        house.client(PATIENCE_S) as client,
    ):
        for file, prefix in TALKS.items():
            place = client.post("/api/conversations", json={}).json()["id"]
            data = (FILES / file).read_bytes()
            sent = client.post(f"/api/conversations/{place}/files?name={file}", content=data)
            assert sent.status_code == 201, sent.text
            for one in recorded:
                if one.id.startswith(prefix):
                    found[one.id] = _asked(client, place, one.question)
        assert not replay.refused
        yield found


def _asked(client: httpx.Client, place: str, question: str) -> dict[str, Any]:
    body = {"question": question, "language": "ko"}
    run = client.post(f"/api/conversations/{place}/runs", json=body).json()["run_id"]
    with client.stream("GET", f"/api/runs/{run}/events") as stream:
        for _ in stream.iter_lines():
            pass
    view: dict[str, Any] = client.get(f"/api/runs/{run}").json()
    return {**view, "checked": client.get(f"/api/runs/{run}/evidence").json()}


@pytest.mark.parametrize("one", read(RECORDING, Recorded), ids=lambda one: one.id)
def test_the_answer_is_given_again_and_its_figures_are_held(
    views: dict[str, dict[str, Any]], one: Recorded
) -> None:
    view = views[one.id]
    assert view["state"] == "finished"
    assert view["summary"] == one.answers[-1].content
    assert [lane["state"] for lane in view["lanes"]] == ["done"] * len(view["lanes"])
    assert view["usage"]["calls"] == len(one.answers)
    assert [span["text"] for span in view["checked"]["unsupported"]] == []


def test_the_figures_are_those_of_the_file(views: dict[str, dict[str, Any]]) -> None:
    for name, year in (("pk1", "2024"), ("pk2", "2025")):
        for item, units in _sales(year).items():
            assert item in views[name]["summary"] and f"{units:,}" in views[name]["summary"]


def test_a_follow_up_needs_no_data_again(views: dict[str, dict[str, Any]]) -> None:
    """The fourth question is answered from what the ones before have found."""
    steps = json.dumps(views["br4"]["plan"])
    assert steps == "null" and "2,341,900" in views["br4"]["summary"]
