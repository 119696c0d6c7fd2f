"""Many people ask a running CherryAI at the same moment.

    python -m benchmarks.questions.crowd FILE QUESTION [QUESTION …] --people 50 --url http://…

Each has a conversation of their own with FILE; the questions go round. Printed: how long until the
first event, the first table or chart, and the end of the answer (or the question back), and how
many failed; with `--pid` of the server also the processor time of it and all that it started.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.events import TERMINAL, ArtifactAdded, InputRequested
from cherry_reflex.i18n.detect import known_language


@dataclass(frozen=True)
class Heard:
    """Seconds from the question to the first event, to the first table or chart (0: none) and to
    the end; not `is_done`: it failed."""

    first_s: float
    shown_s: float
    end_s: float
    is_done: bool


async def heard(conversation: Conversation, question: str) -> Heard:
    """Ask, and follow until an answer, or a question back, is there."""
    start = time.perf_counter()
    first_s = shown_s = 0.0
    try:
        run = await conversation.ask(question, language=known_language(question))
        async with aclosing(run.follow()) as records:
            async for record in records:
                first_s = first_s or time.perf_counter() - start
                if isinstance(record.event, ArtifactAdded):
                    shown_s = shown_s or time.perf_counter() - start
                is_asked = isinstance(record.event, InputRequested)
                if is_asked or record.event.type in TERMINAL:
                    is_done = is_asked or record.event.type == "run_finished"
                    return Heard(first_s, shown_s, time.perf_counter() - start, is_done)
    except CherryError:
        pass
    return Heard(first_s, shown_s, time.perf_counter() - start, False)


def at(values: Sequence[float], share: float) -> str:
    """Return a percentile in milliseconds."""
    ordered = sorted(values)
    return f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.0f} ms"


def spent_s(pid: int) -> float:
    """Return the processor time (s) of a process and all that it started, ended or not."""
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))


async def crowd(
    url: str, file: Path, questions: Sequence[str], people: int, pid: int | None
) -> None:
    """Prepare the conversations one after the other, then ask in all of them at once."""
    async with CherryClient(url) as client:
        places = []
        for _ in range(people):
            place = await client.create_conversation()
            await place.upload(file)
            places.append(place)
        asked = [questions[n % len(questions)] for n in range(people)]
        before_s = spent_s(pid) if pid else 0.0
        found = await asyncio.gather(*map(heard, places, asked))
        spent = (spent_s(pid) - before_s) / people if pid else 0.0
    firsts, ends = [one.first_s for one in found], [one.end_s for one in found]
    print(f"{people} people: first event {at(firsts, 0.5)} (median), {at(firsts, 0.95)} (p95);")
    if shown := [one.shown_s for one in found if one.shown_s]:
        print(f"first table or chart {at(shown, 0.5)} (median), {at(shown, 0.95)} (p95);")
    print(f"end {at(ends, 0.5)} (median), {at(ends, 0.95)} (p95);")
    if pid:
        print(f"processor time of a question {spent:.2f} s;")
    print(f"failed {sum(not one.is_done for one in found)}")


def main() -> None:
    """Read the arguments and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--pid", type=int)
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    asked = parser.parse_args()
    asyncio.run(crowd(asked.url, asked.file, asked.questions, asked.people, asked.pid))


if __name__ == "__main__":
    main()
