"""Learns to read from the labelled questions and writes `knowledge/reading.npz`:
`python -m benchmarks.reading.fit [--folder …] [--made …]`."""

import argparse
import tempfile
from pathlib import Path

from benchmarks.reading.fitting import Fitting
from benchmarks.reading.measure import told
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.score.weights import save


def main() -> None:
    """Fit, print what was measured on tables not learned from, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--made", type=int, default=1500, help="made-up questions to learn from")
    arguments = parser.parse_args()
    fitting = Fitting(arguments.folder, arguments.made)
    fitting.ask(Network(fitting.embedding))
    ranked = fitting.measured()
    print(told(fitting, ranked))
    print("written, SHA-256", save(fitting.learned(ranked)))


if __name__ == "__main__":
    main()
