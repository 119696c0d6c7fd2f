"""Coming back in mid-stream: a page that is loaded again, and one whose connection is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import Browser

from benchmarks.stream import page
from benchmarks.stream.house import House

COUNT, RATE = 400, 50


async def reload(browser: Browser, house: House, worker: str) -> dict[str, object]:
    """Load the page again in mid-stream; time from the request to the words of that moment."""
    context, tab, _ = await page.opened(browser, house.url)
    run = await page.ask(tab, page.question(worker, COUNT, RATE, 1, ""))
    await page.until(tab, 1, COUNT // 4, 60)
    await context.add_init_script(f"addEventListener('DOMContentLoaded', {page.WATCH})")
    await tab.reload(wait_until="commit")
    origin = await tab.evaluate("performance.timeOrigin")
    done = await page.until(tab, 1, COUNT, 60)
    seen = (await tab.evaluate("window.__seen"))[-1]
    await context.close()
    said = await house.times(f"{run}-s1")
    now = next(i for i, s in enumerate(said) if s * 1000 > origin)
    later = [(s - e * 1000) for s, e in zip(seen[now + 50 :], said[now + 50 :], strict=False)]
    return {
        "case": f"{worker}, reload in mid-stream",
        "back after ms": round(seen[now] - origin),
        "lost": 0 if done else COUNT - len(seen),
        "p95 ms afterwards": round(sorted(later)[int(len(later) * 0.95)], 1),
    }


async def cut(browser: Browser, house: House, worker: str) -> dict[str, object]:
    """Cut all connections of the page in mid-stream; time to the first new word after it."""
    async with _proxy(house.url, house.proxy_port) as (url, writers):
        context, tab, _ = await page.opened(browser, url)
        run = await page.ask(tab, page.question(worker, COUNT, RATE, 1, ""))
        await page.until(tab, 1, COUNT // 4, 60)
        at = await tab.evaluate("performance.timeOrigin + performance.now()")
        for writer in list(writers):
            writer.transport.abort()
        done = await page.until(tab, 1, COUNT, 60)
        seen = (await tab.evaluate("window.__seen"))[-1]
        await context.close()
    said = await house.times(f"{run}-s1")
    now = next(i for i, s in enumerate(said) if s * 1000 > at + 20)
    return {
        "case": f"{worker}, connection cut",
        "back after ms": round(seen[now] - at),
        "lost": 0 if done else COUNT - len(seen),
    }


@asynccontextmanager
async def _proxy(target: str, port: int) -> AsyncIterator[tuple[str, set[asyncio.StreamWriter]]]:
    """Forward connections; gives the address and what to cut."""
    there = urlsplit(target)
    writers: set[asyncio.StreamWriter] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()
            writers.discard(writer)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far = await asyncio.open_connection(there.hostname, there.port)
        writers.update((writer, far))
        await asyncio.gather(pump(reader, far), pump(far_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}", writers
    finally:
        server.close()
