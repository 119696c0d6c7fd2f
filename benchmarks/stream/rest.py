"""What CherryAI costs while nothing happens: start, idle time, memory a tab, memory given back."""

import asyncio
from collections.abc import AsyncIterator

from playwright.async_api import Browser

from benchmarks.stream.house import House, settled
from benchmarks.stream.visitors import Visitor
from cherry_reflex.client.cherry_client import CherryClient

TABS, VISITORS, AT_ONCE, IDLE_S = 100, 1000, 20, 20


async def with_history(house: House, questions: int) -> str:
    """Make a conversation with so many answered questions; return its path."""
    async with CherryClient(house.url) as client:
        conversation = await client.create_conversation()
        for _ in range(questions):
            await (await conversation.ask("@generator 30 0")).finished()
    return f"/c/{conversation.id}"


async def rest(_: Browser, house: House) -> AsyncIterator[dict[str, object]]:
    """Yield one row a figure."""
    yield {"case": "start of the process to readiness", "value": f"{house.started_s:.1f} s"}
    await settled(house)
    before = house.cpu_s()
    await asyncio.sleep(IDLE_S)
    after = house.cpu_s()
    idle = sum(after[key] - before[key] for key in ("web", "children")) / IDLE_S * 100
    yield {"case": f"idle, {IDLE_S} s, all processes", "value": f"{idle:.2f} % of a processor"}
    yield {"case": "memory of all processes, idle", "value": f"{house.pss_mb():.0f} MB PSS"}
    async with CherryClient(house.url) as client:
        alone = house.pss_mb(alone=True)
        tabs = [Visitor(house.url, client) for _ in range(TABS)]
        for tab in tabs:
            await tab.open()
        await settled(house)
        more = house.pss_mb(alone=True) - alone
        yield {"case": f"memory an idle tab ({TABS} tabs)", "value": f"{more / TABS * 1000:.0f} KB"}
        before = house.cpu_s()
        await asyncio.sleep(IDLE_S)
        after = house.cpu_s()
        idle = (after["web"] - before["web"]) / IDLE_S * 100
        yield {"case": f"idle with {TABS} tabs", "value": f"{idle:.2f} % of a processor"}
        for tab in tabs:
            await tab.close()

        async def visit() -> None:
            visitor = Visitor(house.url, client)
            await visitor.open()
            await visitor.ask("@generator 20 0", 60)
            await visitor.close()

        for done in range(0, VISITORS, AT_ONCE):
            if done == VISITORS // 2:
                await settled(house)
                half = house.pss_mb(alone=True)
            await asyncio.gather(*(visit() for _ in range(AT_ONCE)))
        await settled(house)
        end = house.pss_mb(alone=True)
    yield {
        "case": f"memory of the web process: before, after {VISITORS // 2} and {VISITORS} visitors",
        "value": f"{alone:.0f}, {half:.0f}, {end:.0f} MB PSS",
    }
