"""Figures of a file of labelled requests, whatever is judged in them."""

import argparse
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Request = dict[str, Any]
Judged = tuple[tuple[float, float], str]
"""Whether the first and all of it is right (0 or 1), and what was done."""


def options(default: str) -> argparse.Namespace:
    """Return `files` and `errors` of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", default=[default])
    parser.add_argument("--errors", action="store_true")
    return parser.parse_args()


async def report(
    asked: argparse.Namespace, first: str, judge: Callable[[Request], Awaitable[Judged]]
) -> None:
    """Print the figures of each file; `first` names the first of the two."""
    for name in asked.files:
        results: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for line in (HERE / name).read_text(encoding="utf-8").splitlines():
            request = json.loads(line)
            result, told = await judge(request)
            for key in ("all", request["language"]):
                results[key].append(result)
            if asked.errors and not result[1]:
                words = [*request.get("first", ()), request.get("then") or request["text"]]
                print(f"  {' + '.join(words)}\n     wanted", end=" ")
                print(f"{request['operation']} {request['arguments']}\n     {told}")
        for key, judged in results.items():
            part, right = (sum(values) / len(judged) for values in zip(*judged, strict=True))
            print(f"{name} {key:4} n={len(judged):3} {first} {part:.2f} all {right:.2f}")
