"""Measures the reader as it is on tables that nothing was learned from: `python -m
benchmarks.reading.unseen [--every 1] [--all]`. `READING_QUESTIONS=FOLDER … --all` measures it on
the questions of another folder."""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.reading.datasets import NAMES
from benchmarks.reading.folds import unseen
from benchmarks.reading.outcome import Outcome, report
from benchmarks.reading.proposed import MOST, Questions, rights
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views


def outcomes(questions: Questions, tables: Sequence[str]) -> Iterator[Outcome]:
    """Yield what comes out for the questions of tables."""
    learned = load()
    network = Network(questions.embedding)
    proposers = (Search(learned.search), Edits(learned.search), network)
    reader = Reader(Views(questions.embedding), proposers, learned, network)
    asked = (question for name in tables for question in questions.of(name))
    for question in asked:
        start = time.perf_counter()
        judged = reader.judged(question.linked, question.label.before, MOST).best
        took_s = time.perf_counter() - start + question.linking_s
        are = rights(question.label, {one.reading for one in judged})
        right = tuple(are[one.reading] for one in judged)
        sure = judged[0].probability if judged else 0.0
        yield Outcome(question.label, right, sure, took_s)


def main() -> None:
    """Read the arguments and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="all tables that there are")
    arguments = parser.parse_args()
    tables = (NAMES if arguments.all else unseen())[:: arguments.every]
    found = list(outcomes(Questions(arguments.folder), tables))
    times = sorted(one.took_s for one in found)
    print(f"{len(tables)} tables")
    print(report(found, len(found)))
    median, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"a question takes {median * 1000:.0f} ms (median), {late * 1000:.0f} ms (p95)")


if __name__ == "__main__":
    main()
