"""What is on the shelf comes back as it was; what is damaged is as if it were not there."""

from pathlib import Path

import numpy as np
import pytest

from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded import shelf as shelves
from cherry_reflex.llm.embedded import teaching
from cherry_reflex.llm.embedded.embedding import Embedding
from cherry_reflex.llm.embedded.head import Head
from cherry_reflex.llm.embedded.routing import Router
from cherry_reflex.llm.embedded.shelf import Shelf, key_of
from cherry_reflex.llm.embedded.team import workers_of

ASKED = ("Average price by gender, and is the difference significant?", "빈칸을 중앙값으로 채워줘")


def test_arrays_come_back(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new")
    assert shelf.get("k") is None
    shelf.put("k", {"a": np.arange(3.0)})
    kept = shelf.get("k")
    assert kept is not None
    assert kept["a"].tolist() == [0, 1, 2]


def test_a_damaged_file_is_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("k", {"a": np.arange(1000.0)})
    file = tmp_path / "k.npz"
    file.write_bytes(file.read_bytes()[:500])
    assert shelf.get("k") is None
    file.write_bytes(b"")
    assert shelf.get("k") is None


def test_the_longest_unused_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "KEPT", 2)
    shelf = Shelf(tmp_path)
    for key in "abc":
        shelf.put(key, {"a": np.zeros(1)})
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file")
    shelf.put("k", {"a": np.zeros(1)})
    assert shelf.get("k") is None


def test_keys_depend_on_where_parts_end() -> None:
    assert key_of(["ab", "c"]) != key_of(["a", "bc"])


def test_a_head_from_the_shelf_scores_alike(
    tmp_path: Path, embedding: Embedding, roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, workers = Shelf(tmp_path), workers_of(roster)
    fitted = Router(embedding, workers, shelf)
    monkeypatch.setattr(Head, "fit", None)  # from here on nothing is fitted
    again = Router(embedding, workers, shelf)
    for text in ASKED:
        assert again.scores(text) == pytest.approx(fitted.scores(text), abs=1e-4)


def test_other_examples_are_another_head(roster: Roster, tmp_path: Path) -> None:
    workers = workers_of(roster)
    changed = (*workers[:-1], workers_of(Roster(agents=roster.agents[:1]))[0])
    assert teaching.key_of_team(workers) != teaching.key_of_team(changed)
