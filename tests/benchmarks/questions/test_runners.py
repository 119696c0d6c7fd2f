"""The runners against a server whose answers are known: what is asked, chosen, kept and counted."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.questions import analyst, dabench
from benchmarks.questions.questioner import TIMED_OUT, Asked, Questioner
from benchmarks.questions.table import counted
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.core.language import ENGLISH
from tests.benchmarks.questions.scripted_api import Scripted, ScriptedApi
from tests.doubles.serving import listening, serving

TWO = {"Mean of fare": "The mean of fare is 34.65.", "Mean of age": "The mean of age is 29.7."}


@asynccontextmanager
async def answering(script: Mapping[str, Scripted]) -> AsyncIterator[tuple[ScriptedApi, str]]:
    api = ScriptedApi(script)
    bound, url = listening()
    async with serving(api.app, bound):
        yield api, url


def folder_of(path: Path, tables: str, cases: list[dict[str, Any]], *names: str) -> Path:
    """Make a folder of cases with small tables of these names."""
    (path / tables).mkdir()
    for name in names:
        (path / tables / name).write_text("fare,age\n30,20\n39.3,39.4\n")
    lines = (json.dumps(case, ensure_ascii=False) for case in cases)
    (path / "questions.jsonl").write_text("\n".join(lines), "utf-8")
    return path


async def test_dabench_by_figure(tmp_path: Path) -> None:
    script = {
        "sure": Scripted("The mean is 34.7.", "sure", row=("x", 34.65)),
        "plain": Scripted("It is 34.65."),
        "wrong": Scripted("The mean is 29.7.", "sure"),
        "guess": Scripted("Probably 34.65.", "guess", alternatives=TWO),
        "other": Scripted("Probably 7.", "guess", alternatives=TWO),
        "lost": Scripted("Probably 7.", "guess", alternatives={"a": "It is 8."}),
        "ask": Scripted(options=TWO),
        "vain": Scripted(options={"Mean of age": TWO["Mean of age"]}),
        "fails": Scripted(failure="column_unknown"),
    }
    cases = [
        {"id": n, "question": name, "file_name": "titanic.csv", "constraints": "Round it.",
         "level": "easy" if n < 5 else "hard", "answers": [["mean_fare", "34.65"]]}
        for n, name in enumerate(script)
    ]  # fmt: skip
    folder = folder_of(tmp_path, "tables", cases, "titanic.csv")
    out = tmp_path / "out.jsonl"
    async with answering(script) as (api, url):
        easy = await dabench.ask_all(folder, out, url, levels=("easy",))
        assert len(easy) == 5
        places = len(api.places)
        found = await dabench.ask_all(folder, out, url)
        assert all(place.said[0] == "titanic.csv" for place in api.places.values())
        asked = [place.said[1] for place in list(api.places.values())[places:]]
        assert asked == ["lost", "lost", "ask", "ask", "ask", "vain", "vain", "fails"]
        # What asks is left there; in other conversations it is answered.
        assert sorted(api.state("ask")) == ["cancelled", "finished", "finished"]
    assert {one.question: one.outcome for one in found} == {
        "sure": "right_stated",
        "plain": "right_stated",
        "wrong": "wrong_stated",
        "guess": "right_guess",
        "other": "right_one_click_away",
        "lost": "wrong_guess",
        "ask": "right_one_click_away",
        "vain": "asked_in_vain",
        "fails": "no_answer",
    }
    by_name = {one.question: one for one in found}
    assert by_name["other"].right_options == (0,)
    assert by_name["fails"].answer.failure == "column_unknown"
    guess = by_name["other"].answer
    assert (guess.reading, guess.unused) == ("Mean of fare", ("paid",))
    assert [(one.text, one.result, one.told.band) for one in guess.options] == [
        (name, words, "chosen") for name, words in TWO.items()
    ]
    assert all(0 <= (one.answer.first_event_s or 0) <= (one.answer.end_s or 0) for one in found)
    table = counted(dabench.OUTCOMES, ((one.level, one.outcome) for one in found))
    assert (
        "| easy | 5 | 2 (40%) | 1 (20%) | 1 (20%) | 0 (0%) | 0 (0%) | 1 (20%) | 0 (0%) |" in table
    )
    assert "| all | 9 |" in table


@pytest.mark.parametrize("is_more", [False, True])
async def test_an_alternative_is_chosen_as_its_button_does(is_more: bool) -> None:
    script = {"q": Scripted("Probably 7.", "guess", alternatives=TWO, is_more=is_more)}
    async with answering(script) as (api, url), CherryClient(url) as client:
        await Questioner(client).ask(Asked("q", ENGLISH))
    assert [change["step"] for change in api.changes] == ["s1", "s1"]
    query = {
        "operation": "query",
        "dataset": "d",
        "reading": {"task": "Mean of fare"},
        "alternatives": [],
    }
    several = {"operations": [query, {"operation": "pivot"}]}
    assert api.changes[0]["change"] == {
        "request": "Mean of fare",
        "arguments": several if is_more else query,
    }


async def test_the_constraints_are_asked_with_full(tmp_path: Path) -> None:
    case = {
        "id": 1,
        "question": "Mean?",
        "file_name": "t.csv",
        "level": "easy",
        "constraints": "Round it.",
        "format": "@mean[x]",
        "answers": [["mean", "1"]],
    }
    folder = folder_of(tmp_path, "tables", [case], "t.csv")
    question = "Mean?\nRound it.\n@mean[x]"
    async with answering({question: Scripted("It is 1.")}) as (_, url):
        (one,) = await dabench.ask_all(folder, tmp_path / "out.jsonl", url, is_full=True)
    assert one.outcome == "right_stated"


async def test_the_analysts_groups_share_a_conversation_and_options_have_their_own(
    tmp_path: Path,
) -> None:
    script = {
        "평균 요금은?": Scripted("평균 요금은 34.65입니다.", "sure"),
        "그럼 나이는?": Scripted(options=TWO),
        "by port": Scripted("Probably 7.", "guess", alternatives={"a": "It is 8."}),
        "other": Scripted("It is 1."),
    }
    shared: dict[str, Any] = {"group": "t", "lang": "ko", "kind": "k", "truth": "34.65"}
    titanic, ports = ["타이타닉.csv@cp949"], ["ports.csv"]
    cases = [
        {**shared, "id": "t1", "question": "평균 요금은?", "files": titanic},
        {**shared, "id": "t2", "question": "그럼 나이는?", "files": titanic},
        {**shared, "id": "t3", "question": "by port", "files": ports},
        {**shared, "id": "o1", "group": "o", "lang": "en", "question": "other", "files": ports},
    ]
    folder = folder_of(tmp_path, "files", cases, "타이타닉.csv", "ports.csv")
    file = '타이타닉.csv {"encoding":"cp949"}'
    first = [file, "평균 요금은?", "그럼 나이는?"]
    out = tmp_path / "out.jsonl"
    async with answering(script) as (api, url):
        found = await analyst.ask_all(folder, out, url)
        assert [one.id for one in found] == ["t1", "t2", "t3", "o1"]
        assert [place.said for place in api.places.values()] == [
            [*first, "ports.csv", "by port"],
            first,
            first,
            [*first, "ports.csv", "by port"],
            ["ports.csv", "other"],
        ]
        assert [one.answer.band for one in found] == ["sure", "ask", "guess", "stated"]
        asked = found[1]
        assert (asked.truth, asked.earlier) == ("34.65", ("평균 요금은?",))
        assert [(one.text, one.told.first_line) for one in asked.answer.options] == list(
            TWO.items()
        )
        assert asked.answer.first_line == "" and asked.answer.prompt == "?"
        assert [one.told.first_line for one in found[2].answer.options] == ["It is 8."]

        # Taken up again: those before it in its conversation are asked again, and not kept twice.
        lines = out.read_text("utf-8").splitlines(keepends=True)
        out.write_text("".join(lines[:2] + lines[3:]), "utf-8")
        api.places.clear()
        again = await analyst.ask_all(folder, out, url, ["t"])
        assert [one.id for one in again] == ["t1", "t2", "o1", "t3"]
        assert next(iter(api.places.values())).said == [*first, "ports.csv", "by port"]


async def test_a_run_without_an_end_is_no_answer() -> None:
    async with answering({"q": Scripted(is_endless=True)}) as (api, url):
        async with CherryClient(url) as client:
            answer = await Questioner(client, timeout_s=0.3).ask(Asked("q", ENGLISH))
        assert api.state("q") == ["cancelled"]
    assert (answer.band, answer.failure) == ("failed", TIMED_OUT)
