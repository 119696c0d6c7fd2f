"""One person at a page in Chromium: what a token's way to the screen takes."""

import asyncio
import uuid
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from benchmarks.stream.figures import quantiles_ms
from benchmarks.stream.house import House

BOX = "[placeholder='Ask CherryAI...'], [placeholder='Ask']"
WATCH = """() => {
  const seen = (window.__seen = []);
  window.__first = 0;
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    if (window.__enter && !window.__first) window.__first = now;
    document.querySelectorAll(".c-lane").forEach((lane, i) => {
      const times = (seen[i] ??= []);
      const numbers = lane.textContent.slice(-400).match(/tok(\\d+)/g);
      if (!numbers) return;
      const last = Number(numbers.at(-1).slice(3));
      while (times.length <= last) times.push(now);
    });
  };
  addEventListener("keydown", () => {
    window.__enter = performance.timeOrigin + performance.now();
  }, { capture: true, once: true });
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, characterData: true,
  });
  look();
}"""
_LENGTHS = "() => window.__seen.map((times) => times.length)"


class Traffic:
    """Payload bytes that a page receives: websocket frames and streamed bodies."""

    def __init__(self) -> None:
        self.bytes = 0
        self._streams: set[str] = set()

    async def watch(self, context: BrowserContext, page: Page) -> None:
        session = await context.new_cdp_session(page)
        await session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._frame)
        session.on("Network.responseReceived", self._response)
        session.on("Network.dataReceived", self._data)

    def _frame(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"].encode())

    def _response(self, event: dict[str, Any]) -> None:
        if event["response"]["mimeType"] == "text/event-stream":
            self._streams.add(event["requestId"])

    def _data(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._streams:
            self.bytes += event["dataLength"]


async def opened(browser: Browser, url: str) -> tuple[BrowserContext, Page, Traffic]:
    """Open a page in a fresh context."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page, traffic = await context.new_page(), Traffic()
    await traffic.watch(context, page)
    await page.goto(url)
    await page.locator(BOX).first.wait_for()
    await page.wait_for_timeout(700)
    return context, page, traffic


def question(worker: str, count: int, rate: int, lanes: int, name: str) -> str:
    """Return what is typed."""
    if worker.startswith("limit"):
        return f"{count} {rate} {lanes} {name}"
    if lanes == 1:
        return f"@{worker} {count} {rate}"
    return f"lanes {lanes} {worker} {count} {rate}"


async def until(page: Page, lanes: int, count: int, patience_s: float) -> bool:
    """Wait until every lane shows `count` tokens; False when they do not in time."""
    try:
        async with asyncio.timeout(patience_s):
            # The page's policy forbids eval, which wait_for_function needs.
            while True:
                lengths = await page.evaluate(_LENGTHS)
                if len(lengths) >= lanes and min(lengths[-lanes:]) >= count:
                    return True
                await asyncio.sleep(0.25)
    except TimeoutError:
        return False


async def ask(page: Page, text: str) -> str:
    """Type and send; returns the run's id (empty at a limit page)."""
    box = page.locator(BOX).first
    await box.fill(text)
    await page.wait_for_timeout(300)
    await page.evaluate(WATCH)
    if not text.startswith(("@", "lanes")):
        await box.press("Enter")
        return ""
    async with page.expect_response(lambda r: r.url.endswith("/runs")) as answer:
        await box.press("Enter")
    return str((await (await answer.value).json())["run_id"])


async def case(
    browser: Browser,
    house: House,
    worker: str,
    count: int,
    rate: int,
    lanes: int = 1,
    *,
    path: str = "",
    label: str = "",
) -> dict[str, object]:
    """Have `worker` say `count` tokens at `rate` a second in each lane; return the figures.

    `worker` is `generator` (inside the web process), `numbers` (an A2A agent), `limit-plain` or
    `limit-markdown`. Waits are from the saying to the DOM, with both clocks this machine's.
    """
    place = {"limit-plain": "/plain", "limit-markdown": "/markdown"}.get(worker, "")
    url = house.limit_url + place if place else house.url + path
    context, page, traffic = await opened(browser, url)
    name = uuid.uuid4().hex
    before, bytes_before = house.cpu_s(), traffic.bytes
    run = await ask(page, question(worker, count, rate, lanes, name)) or name
    done = await until(page, lanes, count, count / (rate or 500) + 60)
    after = house.cpu_s()
    seen = (await page.evaluate("window.__seen"))[-lanes:]
    enter, first = await page.evaluate("[window.__enter, window.__first]")
    await context.close()
    waits: list[float] = []
    begun, ended, first_wait = 0.0, 0.0, 0.0
    for lane, times in enumerate(seen):
        said = await house.times(f"{run}-s{lane + 1}")
        first_wait = max(first_wait, times[0] - said[0] * 1000)
        waits += [(s - e * 1000) for s, e in zip(times, said, strict=False)]
        begun = min(begun or said[0], said[0])
        ended = max(ended, times[-1] / 1000)
    shown = sum(map(len, seen))
    used = {key: after[key] - before[key] for key in after}
    cpu = used["limit"] if place else used["web"]
    row: dict[str, object] = {
        "case": label or f"{worker}, {lanes} x {count} at {rate or 'max'}/s",
        **quantiles_ms(waits),
        "B/token": round((traffic.bytes - bytes_before) / shown, 1),
        "server CPU s/10k": round(cpu / shown * 10_000, 2),
        "agent CPU s/10k": round(used["agent"] / shown * 10_000, 2) if worker == "numbers" else "",
        "tokens/s": round(shown / (ended - begun)),
        "Enter to first change ms": round(first - enter, 1),
        "Enter to first token ms": round(min(times[0] for times in seen) - enter, 1),
        "first token's wait ms": round(first_wait, 1),
    }
    if not done:
        row["case"] = f"{row['case']} (gave up at {shown} of {count * lanes})"
    return row
