"""Asks a running CherryAI the questions of a folder, and keeps what comes of them.

    python -m benchmarks.answers.run URL FOLDER OUT.jsonl --full --calls CALLS.jsonl

What stands in OUT is not asked again. CALLS is what the proxy writes (`benchmarks.answers.proxy`):
without it nothing is known of calls, prompts and the time that the model took. With `--at-once`
calls are told apart by the question in their words; a call without them counts for none. A question
back is left: it is no answer. An analyst's answers are for people to judge: `OUT.md` has them.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import anyio
import httpx

from benchmarks.answers.call_log import busy_s, calls_of, within
from benchmarks.answers.cases import Case, Group, groups_of
from benchmarks.answers.report import report
from benchmarks.answers.result import Result
from benchmarks.questions.lines import append, read
from benchmarks.questions.questioner import Asked
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.events import TERMINAL, InputRequested, SummaryDelta
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.core.run_view import RunView

_LOGGED_WITHIN_S = 0.2


class Runner:
    """Asks over HTTP. A run that takes longer than `timeout_s` is stopped."""

    def __init__(
        self, url: str, out: Path, calls: Path | None, *, timeout_s: float, is_alone: bool
    ) -> None:
        self._url, self._out, self._calls = url, out, calls
        self._timeout_s, self._is_alone = timeout_s, is_alone

    async def all(self, groups: Sequence[Group], at_once: int) -> list[Result]:
        """Ask what is not there yet, and return all that is there then."""
        limit = asyncio.Semaphore(at_once)
        known = {one.id for one in read(self._out, Result)}

        async def ask(group: Group) -> None:
            async with limit:
                await self._group(group, known)

        async with asyncio.TaskGroup() as tasks:
            for group in groups:
                if any(case.id not in known for case in group):
                    tasks.create_task(ask(group))
        return read(self._out, Result)

    async def _group(self, group: Group, known: set[str]) -> None:
        """Ask the questions of a conversation. Those before one that is not known are asked again:
        it follows them."""
        async with CherryClient(self._url) as client:
            place = await client.create_conversation()
            earlier: list[str] = []
            for case in group:
                if all(one.id in known for one in group[len(earlier) :]):
                    return
                result = await self._ask(client, place, case, tuple(earlier))
                earlier.append(case.asked.question)
                if case.id not in known:
                    append(self._out, result)
                    print(_line(result), flush=True)

    async def _ask(
        self, client: CherryClient, place: Conversation, case: Case, earlier: tuple[str, ...]
    ) -> Result:
        began_at = time.time()
        result = Result(
            id=case.id,
            level=case.level,
            question=case.asked.question,
            expected=case.expected,
            truth=case.truth,
            earlier=earlier,
            conversation=place.id,
        )
        try:
            await _upload(place, case.asked)
            began_at = time.time()
            result = result.model_copy(update={"began_at": began_at})
            result = await self._followed(client, place, case, result)
        except CherryError as error:
            if error.code == "server_unreachable":
                raise
            result = result.model_copy(update={"state": "refused", "failure": error.code})
        return (await self._with_calls(result)).judged(case)

    async def _followed(
        self, client: CherryClient, place: Conversation, case: Case, result: Result
    ) -> Result:
        run = await place.ask(case.asked.question, language=case.asked.language)
        first_event_s = first_word_s = None
        asked_back, is_late = "", True
        with anyio.move_on_after(self._timeout_s):
            async with aclosing(run.follow()) as records:
                async for record in records:
                    now = time.time() - result.began_at
                    if first_event_s is None and record.event.type != "run_started":
                        first_event_s = now
                    if first_word_s is None and isinstance(record.event, SummaryDelta):
                        first_word_s = now
                    if isinstance(record.event, InputRequested):
                        asked_back = record.event.prompt
                    if asked_back or record.event.type in TERMINAL:
                        is_late = False
                        break
        wall_s = time.time() - result.began_at
        if asked_back or is_late:
            await run.cancel()
        view = await run.view()
        return result.model_copy(
            update={
                "run": run.id,
                "answer": view.summary,
                "state": "late" if is_late else view.state,
                "failure": _failure(view),
                "asked_back": asked_back,
                "wall_s": round(wall_s, 3),
                "first_event_s": first_event_s,
                "first_word_s": first_word_s,
                "steps": tuple(lane.worker for lane in view.lanes),
                "usage": view.usage,
                "unsupported": await _unsupported(self._url, run.id),
            }
        )

    async def _with_calls(self, result: Result) -> Result:
        """Return it with what the log of calls says, which may lag behind a little."""
        if self._calls is None or not result.began_at:
            return result
        ended_at = result.began_at + result.wall_s
        question = "" if self._is_alone else result.question
        await asyncio.sleep(_LOGGED_WITHIN_S)
        calls = within(calls_of(self._calls), result.began_at, ended_at, question)
        model_s = busy_s(calls, result.began_at, ended_at)
        return result.model_copy(
            update={
                "calls": len(calls),
                "prompt_tokens": sum(call.tokens for call in calls),
                "call_tokens": tuple(call.tokens for call in calls),
                "model_s": round(model_s, 3),
                "own_s": round(result.wall_s - model_s, 3),
            }
        )


async def _upload(place: Conversation, asked: Asked) -> None:
    for file in asked.files:
        options = ParseOptions(encoding=file.encoding) if file.encoding else None
        await place.upload(file.path, options=options)


async def _unsupported(url: str, run_id: str) -> tuple[str, ...] | None:
    """Return the figures that nothing holds; None where the server does not look for evidence."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        answer = await http.get(f"/api/runs/{run_id}/evidence")
    if answer.status_code != httpx.codes.OK:
        return None
    return tuple(str(span.get("text", "")) for span in answer.json().get("unsupported", ()))


def _failure(view: RunView) -> str:
    failures = [view.failure, *(lane.failure for lane in view.lanes)]
    return next((failure.code for failure in failures if failure is not None), "")


def _line(result: Result) -> str:
    verdict = {True: "right", False: "wrong", None: "-"}[result.right]
    cost = f"{result.calls} calls, {result.prompt_tokens} tokens, own {result.own_s} s"
    return f"{result.id}: {verdict}, {result.state}, {cost if result.calls is not None else ''}"


def sheet(results: Sequence[Result]) -> str:
    """Return questions, what is true and answers, for a reader."""
    return "\n".join(line for result in results for line in _of_sheet(result))


def _of_sheet(result: Result) -> Iterator[str]:
    yield f"## {result.id}"
    if result.earlier:
        yield f"*Before:* {' · '.join(result.earlier)}"
    yield f"**{result.question}**"
    yield f"*True:* {result.truth}"
    if result.asked_back:
        yield f"*Asked back:* {result.asked_back}"
    if result.failure or result.state != "finished":
        yield f"*{result.state} {result.failure}*"
    yield result.answer or "*no answer*"
    if result.unsupported:
        yield f"*Figures that nothing holds:* {', '.join(result.unsupported)}"
    yield ""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("cases", type=Path, help="folder of questions")
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=1, help="ask every so many")
    parser.add_argument("--offset", type=int, default=0, help="begin with this one, from 0")
    parser.add_argument("--only", action="append", default=[], help="ids; all of the others not")
    parser.add_argument("--full", action="store_true", help="with constraints and format")
    parser.add_argument("--at-once", type=int, default=1, help="conversations at once")
    parser.add_argument("--calls", type=Path, help="what the proxy writes")
    parser.add_argument("--timeout-s", type=float, default=3600.0, help="longest run")
    given = parser.parse_args()
    groups = groups_of(given.cases, is_full=given.full, every=given.every, offset=given.offset)
    if given.only:
        groups = [group for group in groups if any(case.id in given.only for case in group)]
    runner = Runner(
        given.url,
        given.out,
        given.calls,
        timeout_s=given.timeout_s,
        is_alone=given.at_once == 1,
    )
    results = asyncio.run(runner.all(groups, given.at_once))
    if any(result.right is None for result in results):
        given.out.with_suffix(".md").write_text(sheet(results), "utf-8")
    print(report(results))


if __name__ == "__main__":
    main()
