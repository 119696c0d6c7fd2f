"""A sandbox with ordinary settings."""

from pathlib import Path

import pytest

from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings


@pytest.fixture
async def sandbox(forkserver: Path) -> Sandbox:
    return Sandbox(Settings(_env_file=None), forkserver)
