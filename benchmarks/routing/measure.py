"""Routing of the embedded planner: how often are the right workers chosen for a request?

    python -m benchmarks.routing.measure [requests.jsonl …] [--errors]

A request says who must work: one of each set of groups (a group is an agent or an MCP server; a
total by region is as right from `sql_database` as from `pandas`), and who may work besides. top-1:
the surest choice must or may work. set F1: precision is over the chosen groups that must not merely
be tolerated, recall over the sets. steps: the share of the sets that has somebody. exact: each set
has somebody, and nobody else was chosen but those who may.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.workers import workers_of
from cherry_reflex.workers.own import own_roster

HERE = Path(__file__).parent


def judge(chosen: list[str], request: dict[str, Any]) -> tuple[float, float, float, float]:
    """Return top-1, F1, share of steps and exactness (0 or 1) of the chosen groups, best first."""
    must = [set(one_of) for one_of in request["must"]]
    if not must:
        right = float(not chosen)
        return right, right, right, right
    found = set(chosen)
    allowed = set(request["may"]).union(*must)
    hit = sum(bool(found & one_of) for one_of in must)
    wrong = len(found - allowed)
    f1 = 2 * hit / (hit + wrong + len(must))
    exact = hit == len(must) and not wrong
    top = float(bool(chosen) and chosen[0] in allowed)
    return top, f1, hit / len(must), float(exact)


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
    results: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    spent = []
    for request in requests:
        begun = time.perf_counter()
        talk = knowledge.load().talk(embedding([request["text"]]))[0]
        choices = [] if talk.argmax() < len(talk) - 1 else list(router.choose(request["text"]))
        spent.append(time.perf_counter() - begun)
        choices.sort(key=lambda choice: -choice.score)
        chosen = list(dict.fromkeys(choice.worker.group for choice in choices))
        result = judge(chosen, request)
        for key in ("all", request["kind"], request["language"]):
            results[key].append(result)
        if errors and not result[-1]:
            told = [f"{c.worker.ref} {c.score:.2f}" for c in choices]
            print(f"  {request['text']}\n     wanted {request['must']}, chosen {told}")
    spent.sort()
    print(
        f"choosing: median {spent[len(spent) // 2] * 1e3:.0f} ms, longest {spent[-1] * 1e3:.0f} ms"
    )
    for key, found in results.items():
        top, f1, steps, exact = (sum(part) / len(found) for part in zip(*found, strict=True))
        print(
            f"{key:8} n={len(found):3}  top-1 {top:.2f}  set F1 {f1:.2f}"
            f"  steps {steps:.2f}  exact {exact:.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", default="requests.jsonl")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    main(options.file, options.errors, own_roster())
