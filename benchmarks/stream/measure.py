"""Measure the whole way of a token, A2A agent to page: `python -m benchmarks.stream.measure`.

For each case a fresh page asks the numbers agent. A token's latency is from the agent's `say` to
the page's DOM holding it (a MutationObserver; both clocks are this machine's). Bytes are those of
websocket frames that the page received, per token. Processor seconds are per 10,000 tokens.
"""

import argparse
import asyncio
import json
import shutil
import statistics
from typing import Any

import httpx
from playwright.async_api import Browser, async_playwright

from tests.doubles.house import House, opened

CHROMIUM = shutil.which("chromium")
_WATCH = """() => {
  const seen = (window.__seen = []);
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    for (const lane of document.querySelectorAll(".streaming-message, .message-final")) {
      const numbers = lane.textContent.slice(-400).match(/tok(\\d+) ?/g) || [];
      const last = numbers.length ? Number(numbers.at(-1).slice(3)) : -1;
      while (seen.length <= last) seen.push(now);
    }
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, characterData: true,
  });
}"""


async def case(browser: Browser, house: House, count: int, rate: int) -> dict[str, Any]:
    """Ask for `count` tokens at `rate` a second and return what was measured."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = await context.new_page()
    frames = 0

    def received(frame: dict[str, Any]) -> None:
        nonlocal frames
        frames += len(frame["response"]["payloadData"].encode())

    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", received)
    await page.goto(house.url)
    box = page.get_by_placeholder("Ask CherryAI...")
    await box.fill(f"@numbers {count} {rate}")
    await page.wait_for_timeout(500)
    await page.evaluate(_WATCH)
    before, bytes_before = house.cpu_s(), frames
    await box.press("Enter")
    async with asyncio.timeout(count / (rate or 500) + 60):
        # The page's policy forbids eval, which wait_for_function needs.
        while await page.evaluate("window.__seen.length") < count:  # noqa: ASYNC110
            await asyncio.sleep(0.25)
    after = house.cpu_s()
    seen = await page.evaluate("window.__seen")
    async with httpx.AsyncClient() as client:
        emitted = (await client.get(f"{house.agent_url}/emitted")).json()
    waits = [(s - e * 1000) for s, e in zip(seen, emitted, strict=True)]
    await context.close()
    cuts = statistics.quantiles(waits, n=100)
    return {
        "tokens": count,
        "rate": rate or "max",
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "max_ms": round(max(waits), 1),
        "bytes_a_token": round((frames - bytes_before) / count, 1),
        "web_cpu_s_10k": round((after["web"] - before["web"]) / count * 10_000, 2),
        "agent_cpu_s_10k": round((after["agent"] - before["agent"]) / count * 10_000, 2),
        "tokens_a_second": round(count / (seen[-1] / 1000 - emitted[0])),
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, default=0, help="only the case with so many tokens")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    cases = [(100, 50), (1000, 50), (2000, 50), (10_000, 0)]
    cases = [one for one in cases if given.only in (0, one[0])]
    with opened() as house:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
            )
            await case(browser, house, 50, 50)  # warms everything up
            rows = [await case(browser, house, *numbers) for numbers in cases]
            await browser.close()
        memory_mb = house.rss_mb()
    if given.json:
        print(json.dumps({"cases": rows, "memory_mb": memory_mb}))
        return
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    print(f"\nMemory of CherryAI with all its processes: {memory_mb:.0f} MB (PSS)")


if __name__ == "__main__":
    asyncio.run(main())
