"""Errors of a sandbox leave it without our paths and stack traces."""

import sys
from pathlib import Path

import pytest

from cherry_reflex.processes.redaction import redacted

TRACE = """noise
Traceback (most recent call last):
  File "/srv/data/analysis/x.py", line 3, in run
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/cherry/analysis/x.py", line 5, in run
    raise KeyError("매출")
KeyError: '매출'
"""


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("cannot open '/srv/data/c1/d1.parquet'", "cannot open 'd1.parquet'"),
        (f"{__file__} and {sys.prefix}/lib/x.py", "test_redaction.py and x.py"),
        ("in /srv/data/ it lies", "in … it lies"),
        ("open('/etc/passwd')", "open('/etc/passwd')"),  # the person's own
        (
            "see https://duckdb.org/docs/current/guides",
            "see https://duckdb.org/docs/current/guides",
        ),
        ("a/b/c of km/h and 1/2", "a/b/c of km/h and 1/2"),
        (TRACE, "noise\nZeroDivisionError: division by zero\nKeyError: '매출'"),
    ],
)
def test_what_is_left(told: str, left: str) -> None:
    assert redacted(told, [Path("/srv/data")]) == left
