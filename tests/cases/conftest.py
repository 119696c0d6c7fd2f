"""A sandbox with ordinary settings."""

import pytest

from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings


@pytest.fixture
async def sandbox() -> Sandbox:
    return Sandbox(Settings(_env_file=None))
