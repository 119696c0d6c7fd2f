"""Where everything lies: people have data under these names."""

import ast
from pathlib import Path

import pytest

from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

PACKAGE = Path(__file__).parents[2] / "cherry_reflex"
FOLDERS = {"uploads", "datasets", "artifacts", "shelves", "work", "handed", "team", "embedded"}


def test_the_names_on_the_disk_stay(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    named = {
        layout.database: "cherry.db",
        layout.lock: "cherry.lock",
        layout.reserve: "cherry.reserve",
        layout.uploads("c1"): "uploads/c1",
        layout.datasets("c1"): "datasets/c1",
        layout.artifacts("c1"): "artifacts/c1",
        layout.conversation_files("c1"): "shelves/d0f631ca1ddba8db3bcfcb9e057cdc98",
        layout.mlflow_database: "shelves/mlflow.db",
        layout.operations: "work",
        layout.handed: "handed",
        layout.tools: "tools",
        layout.user_servers: "team",
        layout.tool_approvals: "team/agreed.json",
        layout.embedded_cache: "embedded",
    }
    assert {path.relative_to(tmp_path).as_posix() for path in named} == set(named.values())
    assert all(path == tmp_path / name for path, name in named.items())
    assert list(tmp_path.iterdir()) == []


def test_that_of_the_settings_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Layout.of(Settings(_env_file=None, data_dir=Path("d"))) == Layout(tmp_path / "d")


def test_each_conversation_has_files_of_its_own_whatever_its_id(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    places = {layout.conversation_files(name) for name in ("a", "b", "../../a", "a/b", "가")}
    assert len(places) == 5
    assert {place.parent for place in places} == {layout.mlflow_database.parent}


def test_nobody_else_names_a_folder_of_the_data_directory() -> None:
    named = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "store" / "layout.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Constant)
        and node.right.value in FOLDERS
    ]
    assert named == []
