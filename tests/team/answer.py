"""Questions to one member over the real processes, and what came of them, seen from outside."""

import io
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pandas as pd
from httpx_sse import EventSource
from palmerpenguins import load_penguins
from vega_datasets import data as vega

PENGUINS: pd.DataFrame = load_penguins()
WEATHER: pd.DataFrame = vega.seattle_weather()
CARS: pd.DataFrame = vega.cars()
NAMES = {
    "species": "종",
    "island": "섬",
    "bill_length_mm": "부리길이",
    "bill_depth_mm": "부리깊이",
    "flipper_length_mm": "날개길이",
    "body_mass_g": "체중",
    "sex": "성별",
    "year": "연도",
}
KOREAN = PENGUINS.rename(columns=NAMES)
PATIENCE_S = 90


@dataclass(frozen=True)
class Answer:
    """A finished run, seen from outside."""

    http: httpx.Client
    view: dict[str, Any]
    language: str
    events: tuple[str, ...] = ()
    """The stored events' types, in their order."""
    step: str = ""
    """The step that is looked at; empty for the first one."""
    place: str = ""
    """The conversation."""

    @property
    def lane(self) -> dict[str, Any]:
        """The lane of the worker."""
        wanted = (one for one in self.view["lanes"] if one["step"] == self.step)
        first = (one for one in self.view["lanes"] if one["step"] != "plan")
        lane: dict[str, Any] = next(wanted if self.step else first)
        return lane

    def at(self, step: str) -> "Answer":
        """The same run, seen at another step."""
        return replace(self, step=step)

    @property
    def words(self) -> str:
        """The worker's text."""
        return "".join(i["text"] for i in self.lane["items"] if i["kind"] == "text")

    def artifacts(self, kind: str) -> list[dict[str, Any]]:
        """What it handed over, of one kind."""
        found = [i["artifact"] for i in self.lane["items"] if i["kind"] == "artifact"]
        return [artifact for artifact in found if artifact["kind"] == kind]

    def raw(self, kind: str, number: int = 0) -> bytes:
        """The bytes of an artifact."""
        return self.http.get(f"/api/artifacts/{self.artifacts(kind)[number]['id']}").content

    def table(self, number: int = 0, kind: str = "table") -> pd.DataFrame:
        """An artifact as a frame."""
        return pd.read_parquet(io.BytesIO(self.raw(kind, number)))

    def column(self, name: str) -> str:
        """A column's name in the language of the question."""
        return NAMES[name] if self.language == "ko" else name


def conversation(http: httpx.Client, *files: tuple[str, pd.DataFrame]) -> str:
    made = http.post("/api/conversations", json={}).json()
    for name, frame in files:
        body = frame.to_csv(index=False).encode()
        sent = http.post(f"/api/conversations/{made['id']}/files?name={name}", content=body)
        assert sent.status_code == 201, sent.text
    return str(made["id"])


def ask(
    http: httpx.Client, place: str, question: str, worker: str, language: str, step: str = ""
) -> Answer:
    """Ask one worker, or with none whom the plan names, and wait for the end of the run. `step` is
    the one that answers; the first where none is named."""
    body = {"question": question, "worker": worker, "language": language}
    sent = http.post(f"/api/conversations/{place}/runs", json=body)
    assert sent.status_code == 201, sent.text
    run = sent.json()["run_id"]
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        for _ in stream.iter_lines():
            pass
    view = http.get(f"/api/runs/{run}").json()
    answer = Answer(http, view, language, step=step, place=place)
    assert view["state"] == "finished", view["failure"]
    assert answer.lane["state"] == "done", (answer.lane["failure"], view["plan"])
    assert answer.words.strip()
    if language == "ko":
        assert any("가" <= letter <= "힣" for letter in answer.words)
    return answer


def told(http: httpx.Client, place: str, worker: str, **arguments: Any) -> Answer:
    """Have a worker do one thing, with arguments of our own choice."""
    body = {"question": "?", "worker": worker, "language": "en", "arguments": arguments}
    run = http.post(f"/api/conversations/{place}/runs", json=body).json()["run_id"]
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        events = tuple(event.event for event in EventSource(stream).iter_sse() if event.data)
    answer = Answer(http, http.get(f"/api/runs/{run}").json(), "en", events)
    assert answer.lane["state"] == "done", answer.lane["failure"]
    return answer
