"""From recorded answers to the table: endpoint, proxy, product and runner, all over HTTP."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.answers.call_log import LoggedCall, busy_s, calls_of
from benchmarks.answers.cases import groups_of
from benchmarks.answers.completion import Call, Completion
from benchmarks.answers.first_token import MarkedEndpoint, measure
from benchmarks.answers.proxy import Proxy
from benchmarks.answers.recording import Recorded, recorded
from benchmarks.answers.replay import Replay
from benchmarks.answers.report import report
from benchmarks.answers.result import Result
from benchmarks.answers.run import Runner, sheet
from tests.benchmarks.answers.looping_api import ASKS, LoopingApi, served
from tests.doubles.answering import Reply, answering

CODE = Completion(
    calls=(Call(id="call_1", name="python", arguments='{"code": "df.fare.mean()"}'),),
    finish="tool_calls",
)
RECORDING = (
    Recorded(
        id="3",
        question="What is the mean fare?",
        answers=(CODE, Completion(content="@mean_fare[34.65]\n\nThe mean fare is 34.65.")),
    ),
    Recorded(
        id="1",
        question="What is the median age?",
        answers=(Completion(content="It is @median_age[29]; 999 were left out."),),
    ),
    Recorded(
        id="7",
        question="How many?",
        answers=(CODE, CODE, Completion(content="@n[2], @n[3]")),
    ),
)
EXPECTED = {"3": [["mean_fare", "34.65"]], "1": [["median_age", "28"]], "7": [["n", "3"]]}


def dabench(folder: Path) -> Path:
    (folder / "tables").mkdir()
    (folder / "tables" / "titanic.csv").write_text("fare,age\n30,20\n39.3,39.4\n")
    cases: list[dict[str, Any]] = [
        {"id": int(one.id), "question": one.question, "answers": EXPECTED[one.id]}
        for one in RECORDING
    ]
    cases.append({"id": 9, "question": f"{ASKS}, which?", "answers": [["n", "1"]]})
    more = {"file_name": "titanic.csv", "level": "easy", "constraints": "Round.", "format": "@n[n]"}
    lines = [json.dumps(case | more) for case in cases]
    (folder / "questions.jsonl").write_text("\n".join(lines))
    return folder


@asynccontextmanager
async def product(
    recording: Sequence[Recorded], calls: Path, **given: Any
) -> AsyncIterator[tuple[LoopingApi, str, Replay]]:
    replay = Replay(recording)
    async with served(replay.app) as endpoint, served(Proxy(f"{endpoint}/v1", calls).app) as proxy:
        api = LoopingApi(f"{proxy}/v1", **given)
        async with served(api.app) as url:
            yield api, url, replay


async def asked(
    url: str, folder: Path, out: Path, calls: Path | None, at_once: int = 1, **chosen: Any
) -> dict[str, Result]:
    runner = Runner(url, out, calls, timeout_s=20, is_alone=at_once == 1)
    found = await runner.all(groups_of(folder, **chosen), at_once)
    return {one.id: one for one in found}


@pytest.mark.parametrize("at_once", [1, 3])
async def test_answers_are_judged_and_their_cost_is_known(tmp_path: Path, at_once: int) -> None:
    folder, out, calls = dabench(tmp_path), tmp_path / "out.jsonl", tmp_path / "calls.jsonl"
    async with product(RECORDING, calls) as (api, url, replay):
        found = await asked(url, folder, out, calls, at_once)
        assert not replay.refused
        places = len(api.places)
        assert await asked(url, folder, out, calls, at_once) == found
        assert len(api.places) == places, "what is there is not asked again"
    assert {one.id: one.right for one in found.values()} == {
        "1": False, "3": True, "7": True, "9": False,
    }  # fmt: skip
    assert {one.id: one.calls for one in found.values()} == {"1": 1, "3": 2, "7": 3, "9": 0}
    assert {one.id: one.in_format for one in found.values()} == {
        "1": False, "3": True, "7": True, "9": False,
    }  # fmt: skip
    assert found["9"].asked_back == "Which one?"
    assert found["9"].state == "cancelled"
    assert found["1"].unsupported == ("999",)
    assert found["3"].unsupported == ()
    assert found["3"].usage == {"input_tokens": 7.0}
    logged = calls_of(calls)
    own = [call for call in logged if "mean fare" in json.dumps(call.request)]
    assert found["3"].prompt_tokens == sum(
        len(json.dumps(call.request, ensure_ascii=False)) // 4 for call in own
    )
    assert found["3"].call_tokens == tuple(call.tokens for call in own)
    for one in found.values():
        assert one.model_s is not None
        assert one.own_s is not None
        assert 0 <= one.model_s <= one.wall_s
        assert one.own_s == pytest.approx(one.wall_s - one.model_s, abs=0.002)
    assert all(call.first_at and call.started_at <= call.first_at <= call.ended_at for call in own)
    table = report(list(found.values()))
    assert "| easy | 4 | 2 of 4 (50%) | 2 of 4 (50%) | 1 | 0 | 1.5 |" in table
    assert "| 1 in 1 answers |" in table
    assert "Wrong: " in table


async def test_some_of_them_with_constraints(tmp_path: Path) -> None:
    folder, out, calls = dabench(tmp_path), tmp_path / "out.jsonl", tmp_path / "calls.jsonl"
    async with product(RECORDING, calls, has_evidence=False) as (api, url, _):
        found = await asked(url, folder, out, None, every=2, offset=1, is_full=True)
        assert set(found) == {"3", "9"}, "every second of the sorted ids, from the second one"
        asked_there = [said for place in api.places.values() for said in place[1:]]
        assert "What is the mean fare?\nRound.\n@n[n]" in asked_there
    assert found["3"].unsupported is None
    assert found["3"].calls is None


async def test_what_was_recorded_can_be_played_again(tmp_path: Path) -> None:
    folder, out, calls = dabench(tmp_path), tmp_path / "out.jsonl", tmp_path / "calls.jsonl"
    async with product(RECORDING, calls) as (_, url, __):
        await asked(url, folder, out, calls)
    again = {one.id: one for one in recorded(out, calls)}
    assert set(again) == {"1", "3", "7"}
    for one in RECORDING:
        told = [answer.model_copy(update={"usage": {}}) for answer in again[one.id].answers]
        assert tuple(told) == one.answers
    async with product(list(again.values()), tmp_path / "more.jsonl") as (_, url, replay):
        found = await asked(url, folder, tmp_path / "again.jsonl", None)
        assert found["3"].right
        assert not replay.refused


async def test_conversations_of_an_analyst(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "매출.csv").write_text("a\n1\n", "cp949")
    cases = [
        {"id": "k1", "group": "k", "lang": "ko", "question": "매출 평균은?", "truth": "3",
         "files": ["매출.csv@cp949"]},
        {"id": "e1", "group": "e", "lang": "en", "question": "How many?", "truth": "9",
         "files": []},
        {"id": "k2", "group": "k", "lang": "ko", "question": "중앙값은?", "truth": "4",
         "files": ["매출.csv@cp949"]},
    ]  # fmt: skip
    lines = [json.dumps(case, ensure_ascii=False) for case in cases]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), "utf-8")
    recording = [
        Recorded(id="k1", question="매출 평균은?", answers=(Completion(content="3입니다"),)),
        Recorded(id="k2", question="중앙값은?", answers=(Completion(content="4입니다"),)),
        Recorded(id="e1", question="How many?", answers=(Completion(content="999"),)),
    ]
    out, calls = tmp_path / "out.jsonl", tmp_path / "calls.jsonl"
    async with product(recording, calls) as (api, url, _):
        found = await asked(url, tmp_path, out, calls)
        assert list(api.places.values()) == [
            ['매출.csv {"encoding":"cp949"}', "매출 평균은?", "중앙값은?"],
            ["How many?"],
        ]
    assert {one.id: (one.answer, one.right, one.earlier) for one in found.values()} == {
        "k1": ("3입니다", None, ()),
        "k2": ("4입니다", None, ("매출 평균은?",)),
        "e1": ("999", None, ()),
    }
    page = sheet(list(found.values()))
    assert "*Before:* 매출 평균은?" in page
    assert "*True:* 4" in page
    assert "*Figures that nothing holds:* 999" in page


async def test_a_replay_refuses_what_was_not_recorded() -> None:
    replay = Replay(RECORDING)

    def body(text: str, *tools: str) -> dict[str, Any]:
        functions = [{"type": "function", "function": {"name": name}} for name in tools]
        return {"messages": [{"role": "user", "content": text}], "tools": functions}

    async with served(replay.app) as url, httpx.AsyncClient(base_url=url) as client:

        async def tell(asked: dict[str, Any]) -> httpx.Response:
            return await client.post("/v1/chat/completions", json=asked)

        fare = json.dumps({"request": "What  is the\nmean fare?"})
        assert "no tool python" in (await tell(body(fare, "sql"))).text
        first = await tell(body(fare, "sql", "python"))
        assert (
            first.json()["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "python"
        )
        assert (await tell(body(fare))).json()["choices"][0]["finish_reason"] == "stop"
        assert "only 2 calls" in (await tell(body(fare))).text
        assert "none of the recorded" in (await tell(body("Who are you?"))).text
        # Of a conversation, the question that stands last.
        both = body("How many? … What is the median age?")
        assert "median_age" in (await tell(both)).text
        # A prompt guards its sections; a text of JSON has escapes as well.
        guarded = body('Which are \\u003cb>?\\nSay \\"x\\".')
        assert "none of the recorded" in (await tell(guarded)).text
        odd = Recorded(id="o", question='Which are <b>?\nSay "x".', answers=(Completion(),))
        assert Replay([odd]).answer(guarded).finish == "stop"
        assert len(replay.refused) == 4
        assert (await client.post("/reset")).status_code == 204
        assert (await tell(body(fare, "python"))).status_code == 200


async def test_the_proxy_passes_on_what_is_no_call(tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    answers = {
        "GET /api/v1/models": {"data": []},
        "GET /api/props": {"n": 1},
        "POST /api/v1/chat/completions": Reply(400, {"error": {"message": "too long"}}),
    }
    async with (
        answering(answers) as server,
        served(Proxy(f"{server.url}/api/v1/", calls).app) as url,
    ):
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": "Bearer k"}) as client:
            assert (await client.get("/v1/models?x=1")).json() == {"data": []}
            assert (await client.get("/props")).json() == {"n": 1}
            refused = await client.post("/v1/chat/completions", json={"messages": []})
            assert (refused.status_code, refused.json()["error"]["message"]) == (400, "too long")
        assert server.requests[0].query == "x=1"
        assert all(came.headers["authorization"] == "Bearer k" for came in server.requests)
    (call,) = calls_of(calls)
    assert (call.status, call.first_at, call.answer.finish) == (400, None, "")
    assert "Bearer" not in calls.read_text()
    nobody = Proxy("http://127.0.0.1:9/v1", calls)
    async with served(nobody.app) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/v1/models")).status_code == 502


def test_calls_at_the_same_moment_count_once(tmp_path: Path) -> None:
    def call(start: float, end: float) -> Any:
        return LoggedCall(
            started_at=start,
            first_at=None,
            ended_at=end,
            status=200,
            characters=0,
            request={},
            answer=Completion(),
        )

    assert busy_s([call(1, 3), call(2, 4), call(6, 7), call(6.2, 6.5)], 0, 10) == 4
    assert busy_s([call(1, 30)], 0, 10) == 9
    assert busy_s([], 0, 10) == 0


async def test_the_first_token_is_followed(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a\n1\n")
    endpoint = MarkedEndpoint()
    async with served(endpoint.app) as model, served(LoopingApi(f"{model}/v1").app) as url:
        waits = await measure(url, table, endpoint, 3)
    assert len(waits) == 3
    assert all(0 < wait < 5000 for wait in waits)
    assert set(endpoint.sent) == {"0", "1", "2", "3"}
