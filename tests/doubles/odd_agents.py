"""Agents that do what no agent should, and yet say something: it must arrive whole, and once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from tests.doubles import raw_agent
from tests.doubles.raw_agent import Item, RawAgent, Script

FLOOD_CHUNKS, FLOOD_CHARS = 60, 100_000
STATUS_CHARS = 1_500_000


def _saying(*items: Item) -> Script:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        for item in items:
            yield item

    return script


def _at(place: int, text: str) -> dict[str, Any]:
    """Return a chunk that says where it begins, as ours do."""
    event = raw_agent.chunk(text, append=place > 0)
    event["artifactUpdate"]["metadata"] = {"cherry": {"at": place}}
    return event


def _of(artifact: str, text: str, *, append: bool = True) -> dict[str, Any]:
    event = raw_agent.chunk(text, append=append)
    event["artifactUpdate"]["artifact"]["artifactId"] = artifact
    return event


async def _flood(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": raw_agent.task()}
    for number in range(FLOOD_CHUNKS):
        yield raw_agent.chunk("x" * FLOOD_CHARS, append=number > 0)
        await asyncio.sleep(0)
    yield raw_agent.state("COMPLETED")


_TASK = {"task": raw_agent.task()}
_DONE = raw_agent.state("COMPLETED")
_SAID = {"messageId": "m", "role": "ROLE_AGENT", "contextId": "x1", "parts": [{"text": "tok0 "}]}

SCRIPTS: dict[str, tuple[Script, str]] = {
    # An agent that sends all that it has said so far, again and again, and the task at the end.
    "snapshots": (
        _saying(
            _TASK,
            raw_agent.chunk("tok0 ", append=False),
            raw_agent.chunk("tok0 tok1 ", append=False),
            raw_agent.chunk("tok0 tok1 tok2 ", append=False),
            {"task": raw_agent.task("TASK_STATE_WORKING", "tok0 tok1 tok2 ")},
            {"task": raw_agent.task("TASK_STATE_COMPLETED", "tok0 tok1 tok2 tok3 ")},
        ),
        "tok0 tok1 tok2 tok3 ",
    ),
    "repeats": (
        _saying(_TASK, _at(0, "tok0 "), _at(0, "tok0 "), _at(5, "tok1 "), _at(0, "tok0 tok1 tok2 "),
                _at(5, "tok1 "), _DONE),
        "tok0 tok1 tok2 ",
    ),
    "early": (
        _saying(raw_agent.chunk("tok0 ", append=False), _TASK, raw_agent.chunk("tok1 "), _DONE),
        "tok0 tok1 ",
    ),
    "twice": (
        _saying(_TASK, raw_agent.chunk("tok0 ", append=False), _DONE, _DONE,
                raw_agent.chunk("tok1 "), raw_agent.state("FAILED", "no, it failed")),
        "tok0 ",
    ),
    "turns": (
        _saying(_TASK, _of("a", "tok0 ", append=False), _of("b", "tok1 ", append=False),
                _of("a", "tok2 "), _of("b", "tok3 "), _DONE),
        "tok0 tok1 tok2 tok3 ",
    ),
    "corrects": (
        _saying(_TASK, raw_agent.chunk("a draft", append=False),
                raw_agent.chunk("tok0 tok1 ", append=False), _DONE),
        "a draft\n\ntok0 tok1 ",
    ),
    "speaks": (_saying({"message": _SAID}, {"message": {**_SAID, "messageId": "n"}}), "tok0 "),
    "halves": (
        _saying(_TASK, raw_agent.chunk("tok0 \ud83d", append=False),
                raw_agent.chunk("\ude00 tok1 "),
                raw_agent.state("WORKING", "half \ud83d of a status"), _DONE),
        "tok0 😀 tok1 ",
    ),
    "nul": (_saying(_TASK, raw_agent.chunk("tok0\x00\u2028\x1b[0m ", append=False), _DONE),
            "tok0\x00\u2028\x1b[0m "),
    "verbose": (
        _saying(_TASK, raw_agent.state("WORKING", "z" * STATUS_CHARS),
                raw_agent.chunk("tok0 ", append=False), _DONE),
        "tok0 ",
    ),
}  # fmt: skip
"""By name: what the agent does, and what it has said in the end."""

FLOOD = {"floods": _flood}

TWINS = ("first", "second")
"""Two agents whose cards have one and the same name."""


def twin(number: str) -> RawAgent:
    """Return one of them; it says which one it is."""
    return RawAgent(_saying(_TASK, raw_agent.chunk(f"{number} ", append=False), _DONE))
