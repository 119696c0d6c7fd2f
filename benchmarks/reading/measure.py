"""Measures reading on tables that were not learned from, by five folds, and writes nothing:
`python -m benchmarks.reading.measure [--folder …] [--made …]`."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reading.fitting import Fitting
from benchmarks.reading.outcome import report
from benchmarks.reading.seen import Ranked
from cherry_reflex.llm.embedded.network.network import Network


def told(fitting: Fitting, ranked: Sequence[Sequence[Ranked]]) -> str:
    """Return the tables of what was measured, as text."""
    apart = fitting.outcomes_apart(ranked)
    people, made = fitting.with_network(ranked)
    seconds = [
        (one.question.linking_s, one.question.proposing_s) for group in ranked for one in group
    ]
    linking, proposing = (sorted(times)[len(seconds) // 2] for times in zip(*seconds, strict=True))
    return "\n\n".join(
        (
            f"Without the network\n{report(fitting.outcomes(ranked), fitting.count)}",
            f"Made-up questions kept apart\n{report(apart, len(apart))}",
            f"With the network, tables that it has not seen\n{report(people, len(people))}",
            f"With the network, made-up questions kept apart\n{report(made, len(made))}",
            f"Median time: linking {linking * 1000:.0f} ms, proposing {proposing * 1000:.0f} ms",
        )
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--made", type=int, default=1500, help="made-up questions to learn from")
    arguments = parser.parse_args()
    fitting = Fitting(arguments.folder, arguments.made)
    fitting.ask(Network(fitting.embedding))
    print(told(fitting, fitting.measured()))


if __name__ == "__main__":
    main()
