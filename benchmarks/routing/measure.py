"""Routing of the embedded mind: how often are the right workers chosen for a request?

    python -m benchmarks.routing.measure [requests.jsonl] [--errors]

A request names the groups (an agent, or an MCP server) that must work, and those that may as well:
a total by region is as right from `sql_database` as from `pandas`. top-1: the surest choice must or
may work. set F1: over the chosen groups without the permitted ones. exact: everybody who must was
chosen (of a single request: somebody who may counts too), and nobody else but those who may.
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded import lore
from cherry_reflex.llm.embedded.embedding import Embedding
from cherry_reflex.llm.embedded.routing import Router, workers_of

from benchmarks.routing.roster import own_roster

HERE = Path(__file__).parent


def judge(chosen: list[str], request: dict[str, Any]) -> tuple[float, float, float]:
    """Return top-1, F1 and exactness (0 or 1) of the chosen groups, best first."""
    must, may = set(request["must"]), set(request["may"])
    if not must:
        right = float(not chosen)
        return right, right, right
    found = set(chosen)
    stands_in = len(must) == 1 and not must & found and bool(may & found)
    counted = (found - may) | (must if stands_in else set())
    hits = len(counted & must)
    f1 = 2 * hits / (len(counted) + len(must))
    exact = (must <= found or stands_in) and found <= must | may
    return float(bool(chosen) and chosen[0] in must | may), f1, float(exact)


def main(name: str, errors: bool, roster: Roster) -> None:
    """Print the figures of one file of requests."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    requests = [json.loads(line) for line in lines]
    embedding = Embedding()
    started = time.perf_counter()
    embedding.load()
    loaded = time.perf_counter()
    router = Router(embedding, workers_of(roster))
    router.choose("warm")
    fitted = time.perf_counter()
    print(f"{len(requests)} requests, {len(router.workers)} workers")
    print(f"model loaded in {loaded - started:.2f} s, head fitted in {fitted - loaded:.2f} s")
    results: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    spent = []
    for request in requests:
        begun = time.perf_counter()
        talk = lore.load().talk(embedding([request["text"]]))[0]
        choices = [] if talk.argmax() < len(talk) - 1 else list(router.choose(request["text"]))
        spent.append(time.perf_counter() - begun)
        choices.sort(key=lambda choice: -choice.score)
        chosen = list(dict.fromkeys(choice.worker.group for choice in choices))
        result = judge(chosen, request)
        for key in ("all", request["kind"], request["language"]):
            results[key].append(result)
        if errors and not result[2]:
            told = [f"{c.worker.ref} {c.score:.2f}" for c in choices]
            print(f"  {request['text']}\n     wanted {request['must']}, chosen {told}")
    spent.sort()
    print(
        f"choosing: median {spent[len(spent) // 2] * 1e3:.0f} ms, longest {spent[-1] * 1e3:.0f} ms"
    )
    for key, found in results.items():
        top, f1, exact = (sum(part) / len(found) for part in zip(*found, strict=True))
        print(f"{key:8} n={len(found):3}  top-1 {top:.2f}  set F1 {f1:.2f}  exact {exact:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", default="requests.jsonl")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    main(options.file, options.errors, asyncio.run(own_roster()))
