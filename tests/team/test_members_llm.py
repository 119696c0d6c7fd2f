"""Each of the 18 members, half in Korean and half in English, with a language model behind its
endpoint: the real program, a real HTTP server that speaks the model's protocol and answers as a
competent model does, and what is handed over against pandas, SciPy, statsmodels, scikit-learn."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx_sse import EventSource

from tests.doubles.adviser import Adviser
from tests.doubles.house import opened
from tests.doubles.scripted_llm import ScriptedLlm, scripted_llm
from tests.team.answer import CARS, PATIENCE_S, Answer, ask
from tests.team.cases import ASKED, FILES, GARAGE, REVISED, Asked
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
    adviser = Adviser((*(asked.case for asked in ASKED), REVISED))
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
            answers[asked.member] = ask(http, place, asked.case.question, "", asked.language)
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
    answer = answered(asked)
    planned = [step["worker"] for step in answer.view["plan"]["steps"]]
    assert planned == [task.worker for task in asked.case.tasks]
    assert answer.view["revision"] == 0
    lanes = [lane for lane in answer.view["lanes"] if lane["step"] not in ("plan", "summary")]
    assert [lane["state"] for lane in lanes] == ["done"] * len(planned), lanes
    asked.check(answer)
    for lane in lanes:
        words = answer.at(lane["step"]).words.strip()
        assert words in answer.view["summary"], "what the model wrote of what it was shown"
    assert "\n> " not in answer.view["summary"], "no figure was called in question"
    requests = [task.request for task in asked.case.tasks]
    told = [reason for one in requests for reason in endpoint.adviser.told.get(one, ())]
    assert len(told) == sum(len(task.tries) - 1 for task in asked.case.tasks)


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
    assert wrong in reason and named in reason


def test_these_are_all(http: httpx.Client) -> None:
    roster = http.get("/api/roster").json()
    own = {one["name"] for one in roster["agents"] if one["own"]}
    own |= {f"mcp:{one['name']}" for one in roster["tools"] if one["own"]}
    assert own == set(BY_NAME)
    assert len(ASKED) == 18
    assert sum(asked.language == "ko" for asked in ASKED) == 9


def test_a_plan_is_revised_when_a_step_failed(http: httpx.Client, endpoint: Endpoint) -> None:
    """The table of the first query does not exist. The model is shown that, plans another query,
    and the summary, which streams, has its figures."""
    place, body = conversation(http), {"question": GARAGE, "language": "ko"}
    endpoint.adviser.held = held = endpoint.portal.call(_event)
    run = http.post(f"/api/conversations/{place}/runs", json=body).json()["run_id"]
    events = []
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        for event in EventSource(stream).iter_sse():
            if event.data:
                events.append(event.json()["event"])
                if event.event == "summary_delta":
                    endpoint.portal.call(held.set)  # it goes on when its beginning has been seen
    endpoint.adviser.held = None
    (failed, described) = endpoint.adviser.found[GARAGE]
    assert failed["state"] == "failed" and "no such table: vehicles" in failed["problem"]
    assert "cars" in described["text"], "what the revision is made of"
    first, revised = (event for event in events if event["type"] == "plan_made")
    assert (first["revision"], revised["revision"]) == (0, 1)
    assert revised["plan"]["steps"][:2] == first["plan"]["steps"]
    assert revised["plan"]["steps"][2]["id"] == "r1"
    assert revised["plan"]["steps"][2]["reason"] == REVISED.instead[0].reason
    assert revised["plan"]["note"] == f"{REVISED.words}\n{REVISED.why}"
    view = http.get(f"/api/runs/{run}").json()
    states = {lane["step"]: lane["state"] for lane in view["lanes"]}
    assert states["s1"] == "failed" and states["s2"] == states["r1"] == "done"
    means = CARS.groupby("Origin")["Horsepower"].mean()
    shown = Answer(http, view, "ko", step="r1").table().set_index("Origin")["mean"]
    assert shown.to_dict() == pytest.approx(means.to_dict())
    assert sum(event["type"] == "summary_delta" for event in events) > 1
    assert all(f"{mean:.4g}" in view["summary"] for mean in means), "not only how many rows"
