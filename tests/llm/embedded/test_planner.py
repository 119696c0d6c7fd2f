"""The planner as its users hold it: asynchronous, shared, closed by its owner."""

import asyncio

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Planner, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner

from .conftest import OPERATIONS, Compare


async def test_many_at_once_leave_the_loop_free(roster: Roster, sales: Dataset) -> None:
    planner = EmbeddedPlanner()
    await planner.open()
    served: Planner = planner
    asked = Question(text="데이터를 분석하고 시각화해주세요", language="ko", datasets=(sales,))

    async def plan() -> list[str | Plan | Ask]:
        return [item async for item in served.plan(asked, roster)]

    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    results = await asyncio.gather(
        plan(), plan(), served.choose(asked, OPERATIONS), served.suggest(asked)
    )
    ticking.cancel()
    assert isinstance(results[0][-1], Plan)
    assert results[0][-1] == results[1][-1]
    assert results[2]
    assert results[3]
    assert turns > 100
    await planner.close()


async def test_words_come_before_the_plan(roster: Roster, sales: Dataset) -> None:
    planner = EmbeddedPlanner()
    asked = Question(text="Bar chart of revenue by region", datasets=(sales,))
    items = [item async for item in planner.plan(asked, roster)]
    assert isinstance(items[0], str)
    assert len([item for item in items if isinstance(item, str)]) > 5
    await planner.close()


async def test_fill_is_valid(sales: Dataset) -> None:
    planner = EmbeddedPlanner()
    asked = Question(text="남녀의 가격 차이를 검정해줘", language="ko", datasets=(sales,))
    arguments = await planner.fill(asked, Compare.model_json_schema())
    assert arguments == {"measure": "price", "group": "gender", "dataset": "dataset:sales"}
    await planner.close()


async def test_closing_unused_is_fine() -> None:
    planner = EmbeddedPlanner()
    await planner.open()
    await planner.close()
