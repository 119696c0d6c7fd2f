"""Learns to read from the labelled questions, without the network, and writes
`knowledge/reading.npz`; `calibrate` comes after it: `python -m benchmarks.reading.fit`."""

import argparse
import tempfile
from pathlib import Path

from benchmarks.reading.fitting import Fitting
from benchmarks.reading.outcome import report
from cherry_reflex.llm.embedded.reading.score.weights import save


def main() -> None:
    """Fit, print what was measured on tables not learned from, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--made", type=int, default=800, help="made-up questions to learn from")
    arguments = parser.parse_args()
    fitting = Fitting(arguments.folder, arguments.made)
    ranked = fitting.measured()
    print(report(fitting.outcomes(ranked), fitting.count))
    apart = fitting.outcomes_apart(ranked)
    print(f"Made-up questions kept apart\n{report(apart, len(apart))}")
    print("written, SHA-256", save(fitting.learned(ranked)))


if __name__ == "__main__":
    main()
