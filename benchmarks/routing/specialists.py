"""Learns who is meant when a question asks for a specialist's work rather than for what a reading
says, and how sure to be: writes `knowledge/requests.json`, from which rosters learn, and adds to
`knowledge/reading.npz` what tables teach from which neither the readings nor that have learned.

    python -m benchmarks.routing.specialists              # learn, and measure by halves of tables
    python -m benchmarks.routing.specialists --unseen     # measure on tables that nothing is of
"""

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.reading.datasets import dataset_of
from benchmarks.reading.folds import calibrated, folds, unseen
from benchmarks.reading.labels import labelled
from benchmarks.reading.logistic import fit_vectors
from cherry_reflex.analysis.reading.query import SURE
from cherry_reflex.core.planner import Question
from cherry_reflex.core.reading.reading import Task
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.dialogue.context import Understood
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.encoder.training import train
from cherry_reflex.llm.embedded.named_steps import doers
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.answers import GUESSED
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load, save
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.reading_plan import ReadingPlan
from cherry_reflex.llm.embedded.routing.fitting import READERS
from cherry_reflex.llm.embedded.routing.router import Router, is_broad
from cherry_reflex.llm.embedded.routing.specialist import likeliest, probability_of, signs_of
from cherry_reflex.llm.embedded.routing.workers import workers_of
from cherry_reflex.workers.own import own_roster

REQUESTS = Path(__file__).parent / "specialists.jsonl"
KNOWN = (
    Path(__file__).parents[2] / "cherry_reflex" / "llm" / "embedded" / "knowledge" / "requests.json"
)
PENALTY, SEED = 2.0, 3
QUESTIONS = 3000
"""So many questions that readings answer are learned from."""
LEFT = frozenset(("clean", "features", "model", "report", "broad"))
"""Tasks of readings that do not say who does them."""
_TESTS = "mcp:statistical_analysis/"
BESIDE: dict[Task, tuple[str, ...]] = {
    "test": tuple(
        f"{_TESTS}{name}" for name in ("compare_groups", "compare_two_groups", "test_independence")
    ),
    "relation": (f"{_TESTS}correlate_two",),
    "describe": (f"{_TESTS}describe_numbers", "a2a:eda"),
    "normality": (f"{_TESTS}test_normality",),
    **{task: (doer.worker,) for task, doer in doers().items()},
}
"""Who may as well do what a reading says."""


@dataclass(frozen=True)
class Request:
    """What somebody asks of a table, and who may do it, in the first place the first."""

    table: str
    text: str
    language: str
    can: tuple[str, ...]
    is_answered: bool = True


@dataclass(frozen=True)
class Told:
    """The signs of a request's likeliest specialist, whether it may do it, and how probable the
    best reading is."""

    request: Request
    worker: str
    signs: dict[str, float]
    is_right: bool
    reading: float


def asked_of_specialists() -> list[Request]:
    """Return what people ask over tables who know that there are specialists."""
    lines = REQUESTS.read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [
        Request(one["table"], one["text"], one["language"], tuple(one["can"]))
        for one in told
        if "broad" not in one["can"]
    ]


def questions_of(table: str) -> Iterator[Request]:
    """Yield the labelled questions of a table that a reading answers, or nothing; those who run
    readings first, then who may as well do it."""
    for label in labelled(table):
        tasks = {reading.task for reading in label.readings}
        if label.before is None and not tasks & LEFT:
            beside = (ref for task in sorted(tasks) for ref in BESIDE.get(task, ()))
            drawn = READERS[1:] if any(reading.chart for reading in label.readings) else ()
            can = tuple(dict.fromkeys((READERS[0], *drawn, *beside)))
            yield Request(table, label.text, label.language, can, is_answered=not label.why)


def write_requests() -> None:
    """Write what rosters learn from: of all tables but the unseen ones."""
    kept = set(unseen())
    found = [one for one in asked_of_specialists() if one.table not in kept]
    learned = [table for part in folds()[1:] for table in part]
    asked = [one for table in learned for one in questions_of(table) if one.is_answered]
    found += random.Random(SEED).sample(asked, QUESTIONS)
    lines = [json.dumps({"text": r.text, "can": r.can}, ensure_ascii=False) for r in found]
    KNOWN.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def told_of(
    tables: Sequence[str], router: Router, embedding: Embedding, folder: Path
) -> Iterator[Told]:
    """Yield the signs of each request about tables that does not leave open what is wanted."""
    learned = load()
    network = Network(embedding)
    views = Views(embedding)
    reader = Reader(
        views, (Search(learned.search), Edits(learned.search), network), learned, network
    )
    reader.load()
    plan = ReadingPlan(views, reader, learned.specialist)
    asked = [one for one in asked_of_specialists() if one.table in tables]
    asked += [one for table in tables for one in questions_of(table)]
    for one in asked:
        if is_broad(embedding, one.text):
            continue
        dataset = dataset_of(one.table, folder / "tables")
        question = Question.model_validate(
            {"text": one.text, "language": one.language, "datasets": (dataset,)}
        )
        readings = plan.read(question, Understood(one.text, one.text))
        found = likeliest(router, one.text)
        assert found is not None
        worker, scores = found
        signs = signs_of(router, scores, worker, readings)
        yield Told(one, worker.ref, signs, worker.ref in one.can, signs["reading"])


def fitted(told: Sequence[Told]) -> dict[str, float]:
    """Return the weights of the signs."""
    names = sorted(told[0].signs)
    matrix = [[one.signs[name] for name in names] for one in told]
    *weights, bias = fit_vectors(matrix, [one.is_right for one in told], PENALTY)
    return {**dict(zip(names, weights, strict=True)), "bias": bias}


def report(pairs: Sequence[tuple[Told, float]]) -> str:
    """Return what becomes of the requests: done by a specialist, read, or asked back."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for one, sure in pairs:
        kind = "of tables" if one.request.can[0] in READERS else "of specialists"
        if sure >= SURE:
            way = "done, right" if one.is_right else "done, wrong"
        elif one.reading >= GUESSED and one.reading >= sure:
            way = "read, sure" if one.reading >= SURE else "read, guess"
        elif sure >= GUESSED:
            way = "asked, right offered" if one.is_right else "asked"
        else:
            way = "asked with readings"
        rows[kind][way] += 1
    lines = []
    for kind, ways in rows.items():
        count = sum(ways.values())
        said = ", ".join(f"{way} {n} ({n / count:.1%})" for way, n in sorted(ways.items()))
        lines.append(f"{kind:15} n {count:5}  {said}")
    for low in range(10):
        part = [one.is_right for one, sure in pairs if low <= min(9, int(sure * 10)) < low + 1]
        if part:
            lines.append(f"  {low / 10:.1f}: n {len(part):4}  right {sum(part) / len(part):.0%}")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, print what was measured; learn and write unless only measuring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readings")
    parser.add_argument("--unseen", action="store_true")
    arguments = parser.parse_args()
    embedding = Embedding()
    workers = workers_of(own_roster())
    if arguments.unseen:
        router = Router(embedding, workers)
        told = list(told_of(unseen(), router, embedding, arguments.folder))
        learned = load().specialist
        print(report([(one, probability_of(one.signs, learned)) for one in told]))
        return
    write_requests()
    train(embedding)
    knowledge.load.cache_clear()
    knowledge.read.cache_clear()
    knowledge.requests.cache_clear()
    held = {one.text for one in asked_of_specialists() if one.table in calibrated()}
    router = Router(embedding, workers, left=held)
    told = list(told_of(calibrated(), router, embedding, arguments.folder))
    tables = sorted({one.request.table for one in told})
    pairs = []
    for half in (0, 1):
        held = set(tables[half::2])
        weights = fitted([one for one in told if one.request.table not in held])
        mine = [one for one in told if one.request.table in held]
        pairs += [(one, probability_of(one.signs, weights)) for one in mine]
    print(report(pairs))
    print("written, SHA-256", save(replace(load(), specialist=fitted(told))))


if __name__ == "__main__":
    main()
