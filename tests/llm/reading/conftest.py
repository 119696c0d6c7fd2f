"""A planner that reads questions."""

from collections.abc import AsyncIterator

import pytest

from cherry_reflex.llm.embedded.planner import EmbeddedPlanner


@pytest.fixture
async def planner() -> AsyncIterator[EmbeddedPlanner]:
    made = EmbeddedPlanner(has_readings=True)
    yield made
    await made.close()
