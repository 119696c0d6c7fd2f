"""What the forkserver imports, so that its children need not."""

import gc
import importlib
import pkgutil
import sys
from collections.abc import Iterator

FOR_PROGRAMS = (
    "mcp.server.mcpserver",
    "mcp.server.stdio",
    # What the SDK imports when a server is made, and when it is run.
    "rich.logging",
    "anyio._backends._asyncio",
    "cherry_reflex.mcp.server.operation_tool",
    "cherry_reflex.tools.advanced_visualization",
    "cherry_reflex.tools.data_preprocessing",
    "cherry_reflex.tools.report_export",
    "cherry_reflex.tools.statistical_analysis",
    "cherry_reflex.tools.time_series_forecasting",
)
FOR_CALLS = (
    "duckdb",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "cherry_reflex.analysis.operations",
    "cherry_reflex.datasets.readonly_query",
    "cherry_reflex.datasets.parse",
    "cherry_reflex.analysis.reading.query",
    "pandas",
    "scipy.stats",
    "statsmodels.stats.oneway",
)
"""The first are needed by every question. Importing them starts no thread (a test holds it): a
child has only the thread that forked, and would wait for ever for a lock that another held."""
OPERATIONS = "cherry_reflex.analysis"
"""A package all of whose modules are imported as well."""
CATALOGUE = "cherry_reflex.i18n.catalogue"
"""The sentences of answers; they are read when they are asked for."""
THREADED = ("polars",)
"""Nobody of ours uses it, but statsmodels imports it where it is installed; it starts threads."""


def steps() -> Iterator[bool]:
    """Import one module at each step, so that the server listens in between; yields whether all is
    there that programs need."""
    for name in THREADED:
        sys.modules[name] = None  # type: ignore[assignment]  # refuses its import
    for name in FOR_PROGRAMS:
        importlib.import_module(name)
        yield False
    _freeze()
    yield True
    for name in FOR_CALLS:
        importlib.import_module(name)
        yield True
    package = importlib.import_module(OPERATIONS)
    for found in pkgutil.walk_packages(package.__path__, f"{OPERATIONS}."):
        importlib.import_module(found.name)
        yield True
    importlib.import_module(CATALOGUE).entries()
    for name in THREADED:
        del sys.modules[name]
    _freeze()


def _freeze() -> None:
    """Keep what is there out of collections: one in a child would copy all of it."""
    gc.collect()
    gc.freeze()
