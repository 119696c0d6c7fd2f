"""Many people at once: visitors in two processes, and what the server needs for them."""

import asyncio
import json
import sys

import psutil

from benchmarks.stream.figures import quantiles_ms
from benchmarks.stream.house import House
from tests.doubles.house import ROOT

PROCESSES = 2


async def crowd(house: House, worker: str, people: int, count: int, rate: int) -> dict[str, object]:
    """Have `people` ask `worker` at once; return the figures, to the clients' sockets."""
    is_limit = worker.startswith("limit")
    url = house.limit_url if is_limit else house.url
    share = [people // PROCESSES + (n < people % PROCESSES) for n in range(PROCESSES)]
    crews = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.stream.visitors"),
            *(url, worker, str(n), str(count), str(rate)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 28,
        )
        for n in share
        if n
    ]
    try:
        for crew in crews:
            assert crew.stdout is not None
            await crew.stdout.readline()
        psutil.cpu_percent()
        before, began = house.cpu_s(), asyncio.get_running_loop().time()
        for crew in crews:
            assert crew.stdin is not None
            crew.stdin.write(b"go\n")
        await asyncio.sleep(count / (rate or 500) / 2)
        memory_mb = house.pss_mb()
        answers = []
        for crew in crews:
            assert crew.stdout is not None
            answers.append(json.loads(await crew.stdout.readline()))
        after, took_s = house.cpu_s(), asyncio.get_running_loop().time() - began
        machine = psutil.cpu_percent()
        for crew in crews:
            await crew.wait()
    finally:
        for crew in crews:
            if crew.returncode is None:
                crew.kill()
    waits: list[float] = []
    worst = 0.0
    for answer in answers:
        for name, seen in answer["streams"]:
            if not seen:
                continue
            said = await house.times(name)
            own = [(s - e) * 1000 for s, e in zip(seen, said, strict=False)]
            worst = max(worst, sorted(own)[int(len(own) * 0.95)])
            waits += own
    used = {key: after[key] - before[key] for key in after}
    cpu = used["limit"] if is_limit else used["web"]
    return {
        "case": f"{worker}, {people} people, {count} at {rate}/s",
        **quantiles_ms(waits),
        "worst person's p95 ms": round(worst, 1),
        "lost": people * count - len(waits),
        "out of order": sum(answer["out_of_order"] for answer in answers),
        "errors": sum(len(answer["errors"]) for answer in answers),
        "server CPU s/10k": round(cpu / max(1, len(waits)) * 10_000, 2),
        "agent CPU s/10k": (
            round(used["agent"] / max(1, len(waits)) * 10_000, 2) if worker == "numbers" else ""
        ),
        "web CPU %": round(cpu / took_s * 100),
        "machine CPU %": round(machine),
        "PSS MB": "" if is_limit else round(memory_mb),
        "first error": next((e for a in answers for e in a["errors"]), "")[:80],
    }
