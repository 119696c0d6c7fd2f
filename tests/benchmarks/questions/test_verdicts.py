"""Two readers' verdicts become outcomes; where they differ the worse counts, and is listed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.questions.analyst import Answered
from benchmarks.questions.answer import Answer, Band, Option, Told
from benchmarks.questions.lines import append
from benchmarks.questions.verdicts import Incomplete, Outcome, Verdict, joined, outcome_of, report
from tests.doubles.house import ROOT

TWO = tuple(Option(text=text, told=Told(band="chosen", first_line=text)) for text in "ab")


def answered(id: str, band: Band, *, lang: str = "en") -> Answered:
    options = TWO if band in ("guess", "ask") else ()
    return Answered(
        id=id, group=id, lang=lang, kind="", question="q", earlier=(), truth="t",
        answer=Answer(band=band, first_line="l", options=options),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("band", "said", "outcome"),
    [
        ("sure", {"first": "right"}, "right_stated"),
        ("stated", {"first": "wrong"}, "wrong_stated"),
        ("chosen", {"first": "right"}, "right_stated"),
        ("sure", {"first": "said"}, "wrong_but_said"),
        ("guess", {"first": "right", "options": (1,)}, "right_guess"),
        ("guess", {"first": "wrong", "options": (1,)}, "right_one_click_away"),
        ("guess", {"first": "wrong"}, "wrong_guess"),
        ("ask", {"options": (0,)}, "right_one_click_away"),
        ("ask", {}, "asked_in_vain"),
        ("failed", {}, "no_answer"),
    ],
)
def test_an_outcome(band: Band, said: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(answered("x", band).answer, Verdict(id="x", **said)) == outcome


@pytest.mark.parametrize(
    ("band", "said"),
    [
        ("sure", {}),
        ("sure", {"first": "right", "options": (0,)}),
        ("ask", {"first": "wrong"}),
        ("failed", {"first": "right"}),
        ("guess", {"first": "wrong", "options": (2,)}),
    ],
)
def test_a_verdict_that_cannot_be(band: Band, said: dict[str, Any]) -> None:
    with pytest.raises(Incomplete, match="x:"):
        outcome_of(answered("x", band).answer, Verdict(id="x", **said))


def test_what_is_left_out_or_judged_twice_is_refused() -> None:
    answers, right = [answered("x", "sure")], Verdict(id="x", first="right")
    with pytest.raises(Incomplete, match="alone: x"):
        joined(answers, [right], [])
    with pytest.raises(Incomplete, match="alone: y"):
        joined(answers, [right], [right, Verdict(id="y", first="right")])
    with pytest.raises(Incomplete, match="twice"):
        joined(answers, [right, right], [right])


def test_the_command_counts_the_worse_and_lists_it(tmp_path: Path) -> None:
    out, first, second = (tmp_path / name for name in ("out.jsonl", "1.jsonl", "2.jsonl"))
    kept_in = tmp_path / "joined.jsonl"
    for one in (answered("e1", "sure"), answered("k1", "guess", lang="ko"), answered("e2", "ask")):
        append(out, one)
    for path, click in ((first, (1,)), (second, ())):
        append(path, Verdict(id="e1", first="right"))
        append(path, Verdict(id="k1", first="wrong", options=click, note=f"sees {len(click)}"))
        append(path, Verdict(id="e2", options=(0,)))
    given = [str(path) for path in (out, first, second, "--joined", kept_in)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.questions.verdicts", *given],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert "| en | 2 | 1 (50%) | 0 (0%) | 1 (50%) |" in done.stdout
    assert (
        "| ko | 1 | 0 (0%) | 0 (0%) | 0 (0%) | 0 (0%) | 0 (0%) | 0 (0%) | 1 (100%) |" in done.stdout
    )
    assert "The readers agree on 2 of 3." in done.stdout
    assert "- k1: right one click away / wrong guess (sees 1 / sees 0)" in done.stdout
    kept = [json.loads(line) for line in kept_in.read_text().splitlines()]
    assert [one["outcome"] for one in kept] == [
        "right_stated",
        "wrong_guess",
        "right_one_click_away",
    ]


def test_no_disagreement_is_said() -> None:
    right = [Verdict(id="x", first="right")]
    assert report(joined([answered("x", "sure")], right, right)).endswith("agree on 1 of 1.")
