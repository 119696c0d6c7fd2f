"""What the forkserver imports, so that its children need not."""

import importlib
import sys
from collections.abc import Iterator

MODULES = (
    "duckdb",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "cherry_reflex.analysis.operations",
    "cherry_reflex.datasets.readonly_query",
    "cherry_reflex.datasets.parse",
    "cherry_reflex.analysis.reading.query",
    "pandas",
    "scipy.stats",
    "statsmodels.tsa.api",
    "sklearn.linear_model",
)
"""The first are needed by every question. Importing them starts no thread (a test holds it): a
child has only the thread that forked, and would wait for ever for a lock that another held."""
THREADED = ("polars",)
"""Nobody of ours uses it, but statsmodels imports it where it is installed; it starts threads."""


def steps() -> Iterator[str]:
    """Import one module at each step, so that the server listens in between; yields its name."""
    for name in THREADED:
        sys.modules[name] = None  # type: ignore[assignment]  # refuses its import
    for name in MODULES:
        importlib.import_module(name)
        yield name
    for name in THREADED:
        del sys.modules[name]
