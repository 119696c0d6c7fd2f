"""DuckDB's locks, skops, MLflow's store, fonts of a wheel, and words of SQLite and Python."""

import codecs
import importlib
import inspect
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pytest
from mlflow import sklearn as mlflow_sklearn
from mlflow.telemetry import utils as mlflow_telemetry
from skops import io
from skops.io.exceptions import UntrustedTypesFoundException

from cherry_reflex.analysis.experiments import logbook
from cherry_reflex.analysis.learning.model_store import TRUSTED
from cherry_reflex.analysis.reports.picture import FONT, FONT_BOLD, font_file
from cherry_reflex.analysis.sql.duckdb import connect
from cherry_reflex.datasets import readonly_query
from cherry_reflex.datasets.connections import duckdb_file
from tests.canary.needed_by import needed_by

QUERY = "cherry_reflex/datasets/readonly_query.py"
DATABASE = "cherry_reflex/datasets/connections/duckdb_file.py"
LOGBOOK = "cherry_reflex/analysis/experiments/logbook.py"
MODELS = "cherry_reflex/analysis/learning/model_store.py"


def _forbidden(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Expect that nothing outside of the tables can be reached, and no lock be opened."""
    rows = pyarrow.table({"a": [1]})  # what a scan of Python's variables would find
    free = duckdb.connect()
    assert free.execute("SELECT a FROM rows").fetchall() == [(rows["a"][0].as_py(),)]
    assert free.execute(f"SELECT * FROM '{file}'").fetchall() == [(1,)]
    free.close()
    for sql in (
        f"SELECT * FROM read_csv('{file}')",
        f"SELECT * FROM '{file}'",
        f"ATTACH '{file}.db'",
        f"COPY (SELECT 1) TO '{file}.out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM rows",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET max_execution_time",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(sql).fetchall()


def test_a_locked_duckdb_reaches_nothing(tmp_path: Path) -> None:
    with needed_by(QUERY, "DuckDB's settings, and that they can be locked"):
        file = tmp_path / "secret.csv"
        file.write_text("a\n1\n")
        with connect(tmp_path) as connection:
            for lock in readonly_query._LOCKS:
                connection.execute(lock)
            connection.execute("SET max_execution_time = 60000")
            connection.execute("SET lock_configuration = true")
            _forbidden(connection, file)
            connection.execute("BEGIN TRANSACTION READ ONLY")
            with pytest.raises(duckdb.Error):
                connection.execute("CREATE TABLE t (a INT)")


def test_a_duckdb_file_is_opened_locked(tmp_path: Path) -> None:
    with needed_by(DATABASE, "DuckDB's settings, given when a file is opened"):
        file, secret = tmp_path / "a.duckdb", tmp_path / "secret.csv"
        secret.write_text("a\n1\n")
        duckdb.connect(str(file)).close()
        with duckdb.connect(str(file), read_only=True, config=duckdb_file._CONFIG) as connection:
            connection.execute("SET lock_configuration = true")
            _forbidden(connection, secret)


def test_a_query_ends_in_time(tmp_path: Path) -> None:
    what = "max_execution_time, and what its end is called"
    with needed_by(QUERY, what), connect(tmp_path) as connection:
        connection.execute("SET max_execution_time = 50")
        with pytest.raises(duckdb.Error) as raised:
            connection.execute(
                "SELECT sum(a.range * b.range) FROM range(10000000) a, range(100000) b"
            ).fetchall()
        said = str(raised.value)
        is_interrupt = isinstance(raised.value, duckdb.InterruptException)
        assert is_interrupt or "max_execution_time" in said or "interrupted" in said.lower()


def test_statements_are_counted_and_named(tmp_path: Path) -> None:
    with needed_by(QUERY, "extract_statements, StatementType and to_arrow_reader"):
        with connect(tmp_path) as connection:
            kinds = [s.type for s in connection.extract_statements("SELECT 1; DROP TABLE x")]
            assert kinds == [duckdb.StatementType.SELECT, duckdb.StatementType.DROP]
            reader: Any = connection.execute("SELECT range FROM range(5)").to_arrow_reader(2)
            assert [batch.num_rows for batch in reader] == [2, 2, 1]
        for name in ("OutOfMemoryException", "OutOfRangeException"):
            assert issubclass(getattr(duckdb, name), duckdb.Error)


def test_models_need_no_more_trust_than_they_are_given() -> None:
    with needed_by(MODELS, "skops.io, and where scikit-learn keeps its types"):
        for name in TRUSTED:
            module, _, kind = name.rpartition(".")
            assert isinstance(getattr(importlib.import_module(module), kind), type), name
        from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
        from sklearn.neighbors import KNeighborsRegressor

        dice = np.random.default_rng(1)
        x, y = dice.random((60, 2)), dice.random(60)
        for model in (
            RandomForestRegressor(n_estimators=2),
            HistGradientBoostingRegressor(max_iter=2),
            KNeighborsRegressor(algorithm="kd_tree"),
            KNeighborsRegressor(algorithm="ball_tree"),
        ):
            loaded: Any = io.loads(io.dumps(model.fit(x, y)), trusted=list(TRUSTED))
            assert np.allclose(loaded.predict(x), model.predict(x))
        with pytest.raises(UntrustedTypesFoundException):
            io.loads(io.dumps(Path("x")), trusted=list(TRUSTED))


def test_experiments_can_be_deleted_for_good(tmp_path: Path) -> None:
    with needed_by(LOGBOOK, "_tracking_client.store, and how it deletes for good"):
        client = logbook._client(f"sqlite:///{tmp_path / 'mlflow.db'}")
        experiment = client.create_experiment("e", artifact_location=(tmp_path / "a").as_uri())
        run = client.create_run(experiment)
        store = client._tracking_client.store
        store._hard_delete_run(run.info.run_id)
        assert list(client.search_runs([experiment])) == []
        client.delete_experiment(experiment)
        store._hard_delete_experiment(experiment)
        assert client.get_experiment_by_name("e") is None


def test_mlflow_sends_nothing_and_saves_models_as_skops(monkeypatch: pytest.MonkeyPatch) -> None:
    with needed_by(LOGBOOK, "MLflow's telemetry, and mlflow.sklearn.save_model"):
        for name in ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
            assert name in inspect.getsource(mlflow_telemetry)
        taken = inspect.signature(mlflow_sklearn.save_model).parameters
        assert {"serialization_format", "skops_trusted_types", "pip_requirements"} <= set(taken)


def test_fonts_with_korean_letters_are_in_the_wheel() -> None:
    with needed_by("cherry_reflex/analysis/reports/picture.py", "koreanize-matplotlib's fonts"):
        assert font_file(FONT).is_file()
        assert font_file(FONT_BOLD).is_file()


def test_the_words_of_sqlite() -> None:
    with needed_by("cherry_reflex/datasets/connections/sqlite.py", "the texts of SQLite's errors"):
        connection = sqlite3.connect(":memory:")
        connection.set_progress_handler(lambda: 1, 1)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            connection.execute("SELECT 1")
        connection.close()


def test_python_says_which_encodings_are_of_text() -> None:
    with needed_by("cherry_reflex/datasets/formats/encoding.py", "CodecInfo._is_text_encoding"):
        assert codecs.lookup("cp949")._is_text_encoding
        assert not codecs.lookup("hex")._is_text_encoding
