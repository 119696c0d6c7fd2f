"""Measure streams: `python -m benchmarks.stream.measure CASE …`, each in one run with its limit.

- `page`: one person at 50 tokens/s: the limits, then the generator inside and the A2A agent, with
  100 to 2,000 tokens, 5 lanes at once, and 100 questions of history.
- `fast`: 10,000 tokens as fast as possible.
- `crowd`: 50 people at 50 tokens/s each; `crowd=100` any other number; `crowd=50:numbers` through
  the A2A agent alone.
- `cpu`: 50 people five times by turns with the limit: what the server needs, in multiples of it.
- `back`: reload in mid-stream, and a cut connection.
- `rest`: start, idle processor time, memory a tab, memory after 1,000 visitors.
"""

import argparse
import asyncio
import json
import shutil
import statistics
from collections.abc import AsyncIterator, Callable

from playwright.async_api import Browser, async_playwright

from benchmarks.stream import page
from benchmarks.stream.back import cut, reload
from benchmarks.stream.crowd import crowd
from benchmarks.stream.figures import table
from benchmarks.stream.house import House, opened
from benchmarks.stream.rest import rest, with_history

CHROMIUM = shutil.which("chromium")
Rows = AsyncIterator[dict[str, object]]


async def _page(browser: Browser, house: House, _: str) -> Rows:
    for worker in ("limit-plain", "limit-markdown"):
        yield await page.case(browser, house, worker, 1000, 50)
    for worker in ("generator", "numbers"):
        for count in (100, 1000, 2000):
            yield await page.case(browser, house, worker, count, 50)
    yield await page.case(browser, house, "limit-markdown", 500, 50, 5)
    for worker in ("generator", "numbers"):
        yield await page.case(browser, house, worker, 500, 50, 5)
    path = await with_history(house, 100)
    for worker in ("generator", "numbers"):
        label = f"{worker}, 1 x 500 at 50/s, after 100 questions"
        yield await page.case(browser, house, worker, 500, 50, path=path, label=label)


async def _fast(browser: Browser, house: House, _: str) -> Rows:
    for worker in ("limit-plain", "limit-markdown", "generator", "numbers"):
        yield await page.case(browser, house, worker, 10_000, 0)


async def _crowd(_: Browser, house: House, given: str) -> Rows:
    people, _sep, worker = given.partition(":")
    for one in [worker] if worker else ["limit-plain", "generator", "numbers"]:
        yield await crowd(house, one, int(people or 50), 1000, 50)


async def _cpu(_: Browser, house: House, __: str) -> Rows:
    name = "server CPU s/10k"
    ratios = []
    for turn in range(5):
        limit, ours = [await crowd(house, w, 50, 1000, 50) for w in ("limit-plain", "generator")]
        ratios.append(float(str(ours[name])) / float(str(limit[name])))
        yield {
            "turn": turn + 1,
            "limit": limit[name],
            "ours": ours[name],
            "times": round(ratios[-1], 2),
        }
    yield {"turn": "median", "limit": "", "ours": "", "times": round(statistics.median(ratios), 2)}


async def _back(browser: Browser, house: House, _: str) -> Rows:
    for worker in ("generator", "numbers"):
        yield await reload(browser, house, worker)
        yield await cut(browser, house, worker)


async def _rest(browser: Browser, house: House, _: str) -> Rows:
    async for row in rest(browser, house):
        yield row


CASES: dict[str, Callable[[Browser, House, str], Rows]] = {
    "page": _page,
    "fast": _fast,
    "crowd": _crowd,
    "cpu": _cpu,
    "back": _back,
    "rest": _rest,
}


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("case", nargs="+", help=", ".join(CASES))
    parser.add_argument("--json", action="store_true", help="print JSON lines instead of a table")
    parser.add_argument(
        "--each", action="store_true", help="gather no events, to see what that saves"
    )
    given = parser.parse_args()
    with opened(each=given.each) as house:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
            )
            for worker in ("generator", "numbers"):
                await page.case(browser, house, worker, 100, 100)  # warms everything up
            for case in given.case:
                name, _, rest_of = case.partition("=")
                rows = []
                async for row in CASES[name](browser, house, rest_of):
                    rows.append(row)
                    if given.json:
                        print(json.dumps(row), flush=True)
                if not given.json:
                    print(f"\n{case}\n\n{table(rows)}", flush=True)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
