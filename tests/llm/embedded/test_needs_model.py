"""What only a language model can fill in is never chosen without one."""

from pathlib import Path

import pytest

from cherry_reflex.agents.pandas import create
from cherry_reflex.agents.python_analyst import PythonAnalyst
from cherry_reflex.analysis.python.python import RunPython
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.planner import Question
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from tests.agents.conftest import services
from tests.llm.conftest import SALES


@pytest.mark.parametrize(
    "text",
    [
        "Run Python code: print(1)",
        "파이썬 코드로 price 합계를 계산해줘",
        "df.groupby('region').price.sum()",
    ],
)
async def test_no_code_is_written(text: str, tmp_path: Path) -> None:
    planner = EmbeddedPlanner()
    agent = create(services(planner, tmp_path))
    assert isinstance(agent, PythonAnalyst)
    assert RunPython in agent.operations
    try:
        chosen = await planner.choose(Question(text=text, datasets=(SALES,)), agent.operations)
        assert chosen
        assert not any(isinstance(one, RunPython) for one in chosen)
        with pytest.raises(BadInput, match="dataset_missing"):
            await planner.choose(Question(text=text), [RunPython])
    finally:
        await planner.close()
