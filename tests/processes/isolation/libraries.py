"""One ordinary use of every library that computes; imported when it is used, and so once locked."""

from collections.abc import Callable
from pathlib import Path


def numpy(table: Path, folder: Path) -> None:
    import numpy as np

    matrix = np.random.default_rng(1).normal(size=(300, 300))
    assert np.linalg.inv(matrix @ matrix.T + np.eye(300)).shape == (300, 300)
    np.save(folder / "matrix.npy", matrix)
    assert np.load(folder / "matrix.npy", mmap_mode="r").shape == (300, 300)


def pandas(table: Path, folder: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(table)
    assert frame["amount"].sum() == 2
    times = pd.date_range("2024-01-01", periods=3, tz="Asia/Seoul")
    frame = pd.DataFrame({"at": times, "text": list("abc")})
    frame.to_csv(folder / "frame.csv")
    assert frame.groupby("text").size().sum() == 3


def pyarrow(table: Path, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    pq.write_table(pa.csv.read_csv(table), folder / "table.parquet")
    assert pq.read_table(folder / "table.parquet", use_threads=True).num_rows == 1


def duckdb(table: Path, folder: Path) -> None:
    import duckdb

    with duckdb.connect(str(folder / "some.duckdb")) as session:
        session.execute("SET threads = 4")
        session.execute(
            "CREATE TABLE large AS SELECT range AS id, range % 7 AS part FROM range(1000000)"
        )
        session.execute(f"COPY large TO '{folder}/large.parquet'")
        found = session.execute(f"SELECT count(*) FROM '{folder}/large.parquet'").fetchone()
        assert found == (1_000_000,)
        assert session.execute(f"SELECT amount FROM '{table}'").fetchone() == (2,)


def sklearn(table: Path, folder: Path) -> None:
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.ensemble import RandomForestClassifier
    from skops import io

    random = np.random.default_rng(1)
    values = random.normal(size=(300, 4))
    forest = RandomForestClassifier(20, n_jobs=2).fit(values, values[:, 0] > 0)
    assert forest.predict(values).shape == (300,)
    assert len(KMeans(3, n_init=2).fit(values).cluster_centers_) == 3
    io.dump(forest, folder / "forest.skops")
    assert (folder / "forest.skops").stat().st_size > 0


def joblib(table: Path, folder: Path) -> None:
    import threading

    from sklearn.utils.parallel import Parallel, delayed

    both = threading.Barrier(2, timeout=20)
    # Two at the same time, or the barrier breaks.
    said = Parallel(n_jobs=2, backend="threading")(delayed(both.wait)() for _ in range(2))
    assert sorted(said) == [0, 1]


def scipy(table: Path, folder: Path) -> None:
    from scipy import optimize, stats

    assert optimize.minimize(lambda x: float((x[0] - 1) ** 2), [0.0]).success
    assert stats.ttest_ind([1, 2, 3, 4], [2, 3, 4, 6]).pvalue < 1


def statsmodels(table: Path, folder: Path) -> None:
    import numpy as np
    import statsmodels.api as sm

    values = np.arange(40.0).reshape(20, 2) ** 1.5
    assert len(sm.OLS(np.arange(20.0), sm.add_constant(values)).fit().params) == 3


def matplotlib(table: Path, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([1, 2], [3, 4])
    axes.set_title("title")
    figure.savefig(folder / "picture.png")
    figure.savefig(folder / "picture.pdf")


def plotly(table: Path, folder: Path) -> None:
    import plotly.graph_objects as go

    go.Figure(go.Bar(x=[1], y=[2])).write_json(folder / "figure.json")


def xlsxwriter(table: Path, folder: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "written.xlsx", {"constant_memory": True}) as book:
        book.add_worksheet().write(0, 0, "here")


def fastexcel(table: Path, folder: Path) -> None:
    import fastexcel

    assert fastexcel.read_excel(str(folder / "written.xlsx")).sheet_names == ["Sheet1"]


def reportlab(table: Path, folder: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(folder / "page.pdf"))
    canvas.drawString(10, 10, "text")
    canvas.save()


def standard(table: Path, folder: Path) -> None:
    """Modules of Python that nothing has imported yet."""
    import sqlite3
    import zipfile
    import zoneinfo
    from concurrent.futures import ThreadPoolExecutor

    with sqlite3.connect(folder / "some.db") as base:
        base.execute("CREATE TABLE one (id)")
    with zipfile.ZipFile(folder / "some.zip", "w") as packed:
        packed.write(table, "table.csv")
    with zipfile.ZipFile(folder / "some.zip") as packed:
        packed.extractall(folder / "unpacked")
    assert zoneinfo.ZoneInfo("Asia/Seoul")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(abs, range(100))) == 4950


def psutil(table: Path, folder: Path) -> None:
    import psutil

    assert psutil.Process().memory_info().rss > 0
    assert psutil.virtual_memory().total > 0


USES: dict[str, Callable[[Path, Path], None]] = {
    one.__name__: one
    for one in (
        *(numpy, pandas, pyarrow, duckdb, joblib, sklearn, scipy, statsmodels, matplotlib, plotly),
        *(xlsxwriter, fastexcel, reportlab, standard, psutil),
    )
}
