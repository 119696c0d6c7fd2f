"""A language model over the scripted endpoint, a small team and a small table."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC, Operation, column_field
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction
from cherry_reflex.llm.resolve import open_language_model
from cherry_reflex.llm.turns import ModelTurns
from cherry_reflex.settings import Settings
from tests.doubles.scripted_llm import ScriptedLlm

ModelOf = Callable[..., AbstractAsyncContextManager[ModelTurns]]

SALES = Dataset(
    id="d1",
    name="sales",
    uri="file:///nowhere/d1.parquet",
    rows=100,
    columns=(
        Column(name="region", type="category", distinct=2, examples=("Seoul", "Busan")),
        Column(name="price", type="number", minimum=1.0, maximum=9.0),
    ),
)


class Total(Operation):
    """The sum of a number column."""

    name: ClassVar[str] = "total"
    measure: str = column_field("The column to add up.", *NUMERIC)


class Spread(Operation):
    """How a number column is spread."""

    name: ClassVar[str] = "spread"
    measure: str = column_field("The column to look at.", *NUMERIC)
    bins: int = 10


ROSTER = Roster(
    agents=(
        AgentEntry(name="pandas", description="Computes.", url="u", own=True, healthy=True),
        AgentEntry(name="eda", description="Explores.", url="u", own=True, healthy=True),
        AgentEntry(name="ill", description="Gone.", url="u", own=True, healthy=False),
    ),
    tools=(
        ToolEntry(
            name="stats",
            healthy=True,
            tools=(
                ToolFunction(
                    name="t_test",
                    description="Compares two groups.",
                    input_schema={
                        "type": "object",
                        "properties": {
                            "dataset": {"type": "string", "x-dataset": True, "default": ""},
                            "measure": {"type": "string", "x-column": ["number", "integer"]},
                        },
                        "required": ["measure"],
                        "additionalProperties": False,
                    },
                ),
            ),
        ),
    ),
)


def question(text: str = "What sells best?", **more: Any) -> Question:
    """Return a question about SALES."""
    return Question(text=text, **{"datasets": (SALES,), **more})


def settings_of(llm: ScriptedLlm | str, **more: Any) -> Settings:
    """Return settings that name the scripted endpoint."""
    url = llm if isinstance(llm, str) else llm.base_url
    values: dict[str, Any] = {
        "llm_base_url": url,
        "llm_model": "scripted",
        "llm_api_key": "sk-very-secret",
        "llm_timeout_s": 20,
        **more,
    }
    return Settings(_env_file=None, **values)


@pytest.fixture
def model_of() -> ModelOf:
    """Open the language model of a scripted endpoint."""

    @asynccontextmanager
    async def open_(llm: ScriptedLlm | str, **more: Any) -> AsyncIterator[ModelTurns]:
        async with open_language_model(settings_of(llm, **more)) as model:
            assert isinstance(model, ModelTurns)
            yield model

    return open_
