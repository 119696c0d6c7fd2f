"""What is on the array_cache comes back as it was; what is damaged is as if it were not there."""

from pathlib import Path

import numpy as np
import pytest

from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded.encoder import cache as array_caches
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.classifier import Head
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing import fitting
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.workers import workers_of

ASKED = ("Average price by gender, and is the difference significant?", "빈칸을 중앙값으로 채워줘")


def test_arrays_come_back(tmp_path: Path) -> None:
    array_cache = ArrayCache(tmp_path / "new")
    assert array_cache.get("k") is None
    array_cache.put("k", {"a": np.arange(3.0)})
    kept = array_cache.get("k")
    assert kept is not None
    assert kept["a"].tolist() == [0, 1, 2]


def test_a_damaged_file_is_nothing(tmp_path: Path) -> None:
    array_cache = ArrayCache(tmp_path)
    array_cache.put("k", {"a": np.arange(1000.0)})
    file = tmp_path / "k.npz"
    file.write_bytes(file.read_bytes()[:500])
    assert array_cache.get("k") is None
    file.write_bytes(b"")
    assert array_cache.get("k") is None


def test_the_longest_unused_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_caches, "KEPT", 2)
    array_cache = ArrayCache(tmp_path)
    for key in "abc":
        array_cache.put(key, {"a": np.zeros(1)})
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    array_cache = ArrayCache(tmp_path / "file")
    array_cache.put("k", {"a": np.zeros(1)})
    assert array_cache.get("k") is None


def test_keys_depend_on_where_parts_end() -> None:
    assert key_of(["ab", "c"]) != key_of(["a", "bc"])


def test_a_head_from_the_cache_scores_alike(
    tmp_path: Path, embedding: Embedding, roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    array_cache, workers = ArrayCache(tmp_path), workers_of(roster)
    fitted = Router(embedding, workers, array_cache)
    monkeypatch.setattr(Head, "fit", None)  # from here on nothing is fitted
    again = Router(embedding, workers, array_cache)
    for text in ASKED:
        assert again.scores(text) == pytest.approx(fitted.scores(text), abs=1e-4)


def test_other_examples_are_another_head(roster: Roster, tmp_path: Path) -> None:
    workers = workers_of(roster)
    changed = (*workers[:-1], workers_of(Roster(agents=roster.agents[:1]))[0])
    assert fitting.key_of_workers(workers) != fitting.key_of_workers(changed)
