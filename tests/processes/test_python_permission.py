"""Code is run where the operator lets it be run and the kernel locks it in, and nowhere else."""

import pytest

from cherry_reflex.processes.python_permission import no_python
from cherry_reflex.settings import Settings


@pytest.mark.parametrize(
    ("python", "locked", "why"),
    [
        (True, True, ""),
        (None, True, ""),
        (True, False, "python_unsafe"),
        (False, True, "python_off"),
        (False, False, "python_off"),
    ],
)
def test_why_no_python_is_run(python: bool | None, locked: bool, why: str) -> None:
    settings = Settings(_env_file=None, python=python)
    assert no_python(settings, locked=locked) == why
