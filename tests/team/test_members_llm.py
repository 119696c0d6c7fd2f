"""Each of the 18 members, half in Korean and half in English, with a language model behind its
endpoint: the real program, a real HTTP server that speaks the model's protocol and calls as a
competent model does, and what is handed over against pandas, SciPy, statsmodels, scikit-learn. What
the model is shown of it is raw."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx_sse import EventSource

from tests.doubles.adviser import Adviser
from tests.doubles.house import opened
from tests.doubles.scripted_llm import ScriptedLlm, scripted_llm
from tests.team.answer import CARS, PATIENCE_S, Answer, ask
from tests.team.cases import ASKED, FILES, GARAGE, MENDED, Asked
from tests.team.conftest import garage

Answered = Callable[[Asked], Answer]
BY_NAME = {asked.member: asked for asked in ASKED}


@dataclass(frozen=True)
class Endpoint:
    """The model: its script, its server and the thread that it lives in."""

    adviser: Adviser
    llm: ScriptedLlm
    portal: BlockingPortal


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    adviser = Adviser((*(asked.case for asked in ASKED), MENDED))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(scripted_llm(fallback=adviser.think)) as llm,
    ):
        yield Endpoint(adviser, llm, portal)


@pytest.fixture(scope="module")
def http(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A house that thinks with the model."""
    databases: Path = garage(tmp_path_factory.mktemp("databases"))
    with (
        opened(
            CHERRY_DATABASES_FILE=str(databases),
            CHERRY_LLM_BASE_URL=endpoint.llm.base_url,
            CHERRY_LLM_MODEL="scripted",
        ) as house,
        house.client(PATIENCE_S) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def answered(http: httpx.Client) -> Answered:
    """Ask a member once; one that goes on with another's conversation asks that one first."""
    answers: dict[str, Answer] = {}

    def answer(asked: Asked) -> Answer:
        if asked.member not in answers:
            if asked.after:
                place = answer(BY_NAME[asked.after]).place
            else:
                place = conversation(http, asked.file)
            question, step = asked.case.question, f"s{asked.case.tasks[0].steps}"
            answers[asked.member] = ask(http, place, question, "", asked.language, step)
        return answers[asked.member]

    return answer


async def _event() -> asyncio.Event:
    return asyncio.Event()


def conversation(http: httpx.Client, file: str = "") -> str:
    made = str(http.post("/api/conversations", json={}).json()["id"])
    if file:
        sent = http.post(f"/api/conversations/{made}/files?name={file}", content=FILES[file]())
        assert sent.status_code == 201, sent.text
    return made


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.member.split(":")[-1])
def test_member(answered: Answered, endpoint: Endpoint, asked: Asked) -> None:
    answer, tasks = answered(asked), asked.case.tasks
    steps = answer.view["plan"]["steps"]
    assert [step["worker"] for step in steps] == [t.worker for t in tasks for _ in range(t.steps)]
    turns = [step["turn"] for step in steps]
    assert answer.view["revision"] == len(set(turns)) - 1 == max(t.steps for t in tasks) - 1
    lanes = [lane for lane in answer.view["lanes"] if lane["step"] not in ("plan", "summary")]
    assert [lane["state"] for lane in lanes if lane["state"] != "failed"] == ["done"] * len(tasks)
    asked.check(answer)
    results = endpoint.adviser.found[asked.case.question]
    for lane in lanes:
        is_raw(answer.at(lane["step"]), results)
    words = [answer.at(lane["step"]).words.strip() for lane in lanes if lane["state"] == "done"]
    for task, said in zip(tasks, words, strict=True):
        if task.way == "delegate":
            assert said in answer.view["summary"], "an agent's words are its report"
    assert [one for one in results[-len(tasks) :] if one not in answer.view["summary"]] == []
    assert "\n> " not in answer.view["summary"], "no figure was called in question"
    told = [reason for task in tasks for reason in endpoint.adviser.told[task.request]]
    assert len(told) == sum(len(task.tries) - 1 for task in tasks)


def is_raw(answer: Answer, results: list[str]) -> None:
    """Hold what the model was shown of a lane's tables against the tables themselves."""
    shown = "\n".join(results)
    digests = [table for digest in answer.lane["digests"] for table in digest["tables"]]
    items = [item["artifact"] for item in answer.lane["items"] if item["kind"] == "artifact"]
    kept = [artifact for artifact in items if artifact["kind"] in ("table", "dataset")]
    assert len(digests) == len(kept)
    for told, artifact in zip(digests, kept, strict=True):
        frame = answer.table(answer.artifacts(artifact["kind"]).index(artifact), artifact["kind"])
        assert told["rows"] == len(frame)
        rows = frame[told["columns"]].to_numpy()[: len(told["head"])]
        for cells, row in zip(told["head"], rows, strict=True):
            numbers = [(c, v) for c, v in zip(cells, row, strict=True) if isinstance(c, float)]
            assert [c for c, _ in numbers] == pytest.approx([float(v) for _, v in numbers], 1e-12)
            assert all(f"{cell:.12g}" in shown for cell, _ in numbers), "twelve digits"


@pytest.mark.parametrize(
    ("member", "wrong", "named"),
    [
        ("data_wrangling", "rain", "precipitation"),
        ("sql_database", '"area"', 'Values list "i"'),
        ("mcp:data_preprocessing", "'Weight'", "Weight_in_lbs"),
    ],
)
def test_a_column_that_does_not_exist_goes_back_with_the_reason(
    answered: Answered, endpoint: Endpoint, member: str, wrong: str, named: str
) -> None:
    answered(BY_NAME[member])
    (reason,) = endpoint.adviser.told[BY_NAME[member].case.question]
    reason = json.loads(reason)["error"] if reason.startswith("{") else reason
    assert wrong in reason and named in reason


def test_these_are_all(http: httpx.Client) -> None:
    roster = http.get("/api/roster").json()
    own = {one["name"] for one in roster["agents"] if one["own"]}
    own |= {f"mcp:{one['name']}" for one in roster["tools"] if one["own"]}
    assert own == set(BY_NAME)
    assert len(ASKED) == 18
    assert sum(asked.language == "ko" for asked in ASKED) == 9


def planned(events: list[Any]) -> list[Any]:
    return [event for event in events if event["type"] == "plan_made"]


def test_a_query_that_failed_is_mended_in_the_next_turn(
    http: httpx.Client, endpoint: Endpoint
) -> None:
    """The table of the first query does not exist. The model is shown that as the call's result,
    queries again, and the answer, which streams, has the figures."""
    place, body = conversation(http), {"question": GARAGE, "language": "ko"}
    endpoint.adviser.held = held = endpoint.portal.call(_event)
    before = len(endpoint.llm.requests)
    run = http.post(f"/api/conversations/{place}/runs", json=body).json()["run_id"]
    events = []
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        for event in EventSource(stream).iter_sse():
            if event.data:
                events.append(event.json()["event"])
                answers = event.event == "summary_delta" and len(planned(events)) == 2
                if answers:
                    endpoint.portal.call(held.set)  # it goes on when its beginning has been seen
    endpoint.adviser.held = None
    (failed, described, queried) = endpoint.adviser.found[GARAGE]
    assert "no such table: vehicles" in failed
    assert "cars" in described, "what the second query is made of"
    first, then = planned(events)
    assert (first["revision"], then["revision"]) == (0, 1)
    assert then["plan"]["steps"][:2] == first["plan"]["steps"]
    assert [step["turn"] for step in then["plan"]["steps"]] == [1, 1, 2]
    assert then["plan"]["steps"][2]["request"] == MENDED.instead[0].request
    assert then["plan"]["note"] == f"{MENDED.words}\n{MENDED.why}"
    view = http.get(f"/api/runs/{run}").json()
    lanes = [lane for lane in view["lanes"] if lane["step"] not in ("plan", "summary")]
    assert [lane["state"] for lane in lanes] == ["failed", "done", "done"]
    means = CARS.groupby("Origin")["Horsepower"].mean()
    shown = Answer(http, view, "ko", step=lanes[-1]["step"]).table().set_index("Origin")["mean"]
    assert shown.to_dict() == pytest.approx(means.to_dict())
    assert sum(event["type"] == "summary_delta" for event in events) > 1
    assert all(f"{mean:.12g}" in queried for mean in means), "raw"
    assert all(f"{mean:.12g}" in view["summary"] for mean in means), "not only how many rows"
    assert not any(text in view["summary"] for text in (MENDED.words, MENDED.why))
    assert len(endpoint.llm.requests) - before == 3, "calls, the mended call, the answer"
