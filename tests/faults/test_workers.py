"""Agents, tools and models that go wrong: the lane fails with its cause within seconds, what it
gave is kept, everybody else goes on."""

import time
from typing import Any

import httpx
import psutil
import pytest

from cherry_reflex.core.language import ENGLISH
from cherry_reflex.i18n.catalogue import text
from tests.doubles.house import wait_until
from tests.faults.conftest import (
    SILENCE_S,
    TOOL_CALL_S,
    Faulty,
    Took,
    answer_of,
    ask,
    events,
    followed,
    lane_of,
    numbers,
    stored,
    text_of,
    until_said,
)

RECOVERY_S = 5.0


@pytest.mark.parametrize(
    ("agent", "code", "within_s"),
    [
        # Silence counts twice: once as the connection's, once as the agent's.
        ("hangs", "agent_silent", 2 * SILENCE_S + RECOVERY_S),
        pytest.param(
            "dribbles", "agent_silent", 2 * SILENCE_S + RECOVERY_S, marks=pytest.mark.slow
        ),
        ("leaves", "agent_lost", RECOVERY_S),
        ("malformed", "agent_malformed", RECOVERY_S),
        ("wrong_id", "agent_wrong_ids", RECOVERY_S),
        ("wrong_task", "agent_wrong_ids", RECOVERY_S),
        ("bad_utf8", "agent_bad_utf8", RECOVERY_S),
        ("endless", "agent_event_too_large", RECOVERY_S),
        pytest.param("huge", "agent_event_too_large", RECOVERY_S, id="100 MB"),
    ],
)
def test_an_agent_goes_wrong(
    faulty: Faulty, agent: str, code: str, within_s: float, took: Took
) -> None:
    house = faulty.house
    with house.client() as client:
        well = ask(client, "@numbers 200 200")
        before_mb, began = house.rss_mb(), time.monotonic()
        run = ask(client, f"@{agent} go")
        told = followed(client, run)
        took_s = time.monotonic() - began
        took(f"lane of {agent} failed", took_s)
        lane = lane_of(client, run)
        assert (lane["state"], lane["failure"]["code"]) == ("failed", code)
        assert text_of(lane) == told.text == "tok0 tok1 "
        assert told.end["type"] == "run_finished"
        assert took_s < within_s
        assert house.rss_mb() - before_mb < 60
        assert followed(client, well).text == numbers(200) == stored(client, well)


def test_an_agent_killed_in_mid_stream(faulty: Faulty, took: Took) -> None:
    house = faulty.house
    with house.client() as client:
        run = ask(client, "@numbers 5000 200")
        heard, killed_at = "", 0.0
        for record in events(client, run):
            if record["event"]["type"] == "text_delta":
                heard += record["event"]["text"]
            if not killed_at and "tok50 " in heard:
                house.kill_agent()
                killed_at = time.monotonic()
        took_s = time.monotonic() - killed_at
        took("lane failed after the agent's death", took_s)
        lane = lane_of(client, run)
        assert (lane["state"], lane["failure"]["code"]) == ("failed", "agent_lost")
        assert heard == text_of(lane) == numbers(heard.count("tok"))
        assert took_s < RECOVERY_S
        house.start_agent()
        client.post(f"/api/runs/{run}/cancel", json={})
        again = ask(client, "@numbers 30 200")
        assert followed(client, again).text == numbers(30)


@pytest.mark.parametrize(
    ("tool", "code", "within_s"),
    [
        ("crash", "tool_crashed", RECOVERY_S),
        ("hang", "tool_too_long", TOOL_CALL_S + RECOVERY_S),
        ("endless", "tool_line_too_large", RECOVERY_S),
        ("not_json_rpc", "tool_malformed", RECOVERY_S),
        pytest.param("wrong_id", "tool_too_long", TOOL_CALL_S + RECOVERY_S, marks=pytest.mark.slow),
    ],
)
def test_a_tool_goes_wrong(faulty: Faulty, tool: str, code: str, within_s: float) -> None:
    with faulty.house.client() as client:
        before_mb, began = faulty.house.rss_mb(), time.monotonic()
        run = ask(client, f"@raw/{tool} go")
        assert followed(client, run).end["type"] == "run_finished"
        assert lane_of(client, run)["failure"]["code"] == code
        assert time.monotonic() - began < within_s
        assert faulty.house.rss_mb() - before_mb < 100
        well = ask(client, "@raw/echo go")
        followed(client, well)
        assert lane_of(client, well)["state"] == "done"


def test_a_tool_that_writes_garbage_still_answers(faulty: Faulty) -> None:
    with faulty.house.client() as client:
        run = ask(client, "@raw/garbage go")
        lines = [
            r["event"]["text"]
            for r in followed(client, run).records
            if r["event"]["type"] == "output_line"
        ]
        assert "plain words" in lines
        assert lane_of(client, run)["state"] == "done"


def test_a_tools_process_killed_in_mid_call(faulty: Faulty) -> None:
    with faulty.house.client() as client:
        run = ask(client, "@raw/hang go")
        for record in events(client, run):
            if record["event"]["type"] == "step_started" and record["event"]["step"] == "s1":
                break
        began = time.monotonic()
        wait_until(lambda: bool(_tools(faulty)), RECOVERY_S)
        for process in _tools(faulty):
            process.kill()
        followed(client, run)
        assert time.monotonic() - began < RECOVERY_S
        assert lane_of(client, run)["failure"]["code"] == "tool_crashed"
        well = ask(client, "@raw/echo go")
        followed(client, well)
        assert lane_of(client, well)["state"] == "done"


def test_one_lane_fails_and_the_others_go_on(faulty: Faulty) -> None:
    with faulty.house.client() as client:
        run = ask(client, "a2a:numbers a2a:malformed mcp:raw/crash mcp:raw/echo")
        told = followed(client, run)
        states = {lane["worker"]: lane["state"] for lane in _lanes(client, run)}
        assert states["a2a:numbers"] == states["mcp:raw/echo"] == "done"
        assert states["a2a:malformed"] == states["mcp:raw/crash"] == "failed"
        assert stored(client, run) == numbers(20)
        assert told.end["type"] == "run_finished"
        # The model was told what is missing, and the answer says it.
        summary = client.get(f"/api/runs/{run}").json()["summary"]
        for lane in _lanes(client, run):
            if lane["state"] == "failed":
                failure: Any = lane["failure"]
                why = text(f"error.{failure['code']}", ENGLISH, **failure["params"])
                assert why[:60] in summary


@pytest.mark.parametrize(
    ("mood", "why", "within_s"),
    [
        ("busy", "has too many requests now", RECOVERY_S),
        ("broken", "reported a fault of its own (status 500)", 20),
        ("truncated", "broke off in the middle of its answer", 20),
        ("silent", "sent nothing for 2 seconds", 20),
    ],
)
def test_a_model_goes_wrong(faulty: Faulty, mood: str, why: str, within_s: float) -> None:
    """The cause is said within seconds, and the planner without a model answers."""
    faulty.mood(mood)
    try:
        with faulty.house.client() as client:
            began = time.monotonic()
            run = ask(client, "a2a:numbers")
            said = answer_of(until_said(client, run, "The embedded planner answers instead"))
            assert time.monotonic() - began < within_s
            assert why in said
            assert said.startswith("I will\n\n> " if mood == "truncated" else "> ")
            told = followed(client, run)
            assert told.end["type"] == "run_finished"
            assert len(answer_of(told)) > len(said), "something is answered after that"
            faulty.mood("")
            again = client.post(f"/api/runs/{run}/retry", json={}).json()["run_id"]
            assert followed(client, again).end["type"] == "run_finished"
            assert stored(client, again) == numbers(20)
    finally:
        faulty.mood("")


def _lanes(client: httpx.Client, run: str) -> list[dict[str, Any]]:
    view = client.get(f"/api/runs/{run}").json()
    return list(view["lanes"])


def _tools(faulty: Faulty) -> list[psutil.Process]:
    return [
        child
        for child in faulty.house.web.children()
        if any("raw_mcp.py" in word for word in child.cmdline())
    ]
