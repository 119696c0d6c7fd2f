"""The table of a run: how many are right, and what an answer costs.

python -m benchmarks.answers.report OUT.jsonl
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.answers.result import Result
from benchmarks.questions.lines import read

_COLUMNS = (
    "questions",
    "n",
    "right",
    "in format",
    "asked back",
    "failed",
    "calls",
    "prompt tokens",
    "own seconds",
    "unsupported",
)


def report(results: Sequence[Result]) -> str:
    """Return the table, a row a level, all of them last; means are of those where it is known."""
    levels = list(dict.fromkeys(one.level for one in results))
    rows = [(level, [one for one in results if one.level == level]) for level in levels]
    if len(rows) > 1:
        rows.append(("all", list(results)))
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---" * len(_COLUMNS) + "|"]
    lines += ["| " + " | ".join(_row(name, some)) + " |" for name, some in rows]
    wrong = [one.id for one in results if one.right is False]
    if wrong:
        lines += ["", "Wrong: " + ", ".join(wrong)]
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result]) -> list[str]:
    failed = [one for one in results if one.state != "finished" and not one.asked_back]
    return [
        name or "-",
        str(len(results)),
        _share([one.right for one in results]),
        _share([one.in_format for one in results]),
        str(sum(bool(one.asked_back) for one in results)),
        str(len(failed)),
        _mean(results, lambda one: one.calls, ".1f"),
        _mean(results, lambda one: one.prompt_tokens, ",.0f"),
        _mean(results, lambda one: one.own_s, ".2f"),
        _sum(results),
    ]


def _share(values: Sequence[bool | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known)} of {len(known)} ({sum(known) / len(known):.0%})" if known else "-"


def _mean(results: Sequence[Result], of: Callable[[Result], float | None], form: str) -> str:
    known = [value for one in results if (value := of(one)) is not None]
    return format(statistics.fmean(known), form) if known else "-"


def _sum(results: Sequence[Result]) -> str:
    known = [one.unsupported for one in results if one.unsupported is not None]
    return f"{sum(map(len, known))} in {sum(map(bool, known))} answers" if known else "-"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    print(report(read(parser.parse_args().out, Result)))


if __name__ == "__main__":
    main()
