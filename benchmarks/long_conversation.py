"""How fast a conversation of 10,000 messages opens and scrolls in Chromium.

`python -m benchmarks.long_conversation`.
"""

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.doubles.house import opened
from tests.doubles.long_conversation import written

VISITS = 5


async def longest_frame(page: Page, distance_px: int) -> float:
    """Scroll up by the wheel; return the longest pause between frames in ms."""
    await page.evaluate(
        """() => {
          window.frames_ = [];
          let last = performance.now();
          const tick = (now) => {
            window.frames_.push(now - last);
            last = now;
            window.frameLoop = requestAnimationFrame(tick);
          };
          window.frameLoop = requestAnimationFrame(tick);
        }"""
    )
    await page.mouse.move(640, 300)
    for _ in range(distance_px // 200):
        await page.mouse.wheel(0, -200)
        await page.evaluate("() => new Promise(requestAnimationFrame)")
    return float(
        await page.evaluate(
            "() => (cancelAnimationFrame(frameLoop), Math.max(...frames_.slice(1)))"
        )
    )


async def visit(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        for _ in range(VISITS):
            context = await browser.new_context(viewport={"width": 1280, "height": 800})
            page = await context.new_page()
            await page.goto(url)
            link = page.get_by_role("link", name="long")
            await link.wait_for()
            began = time.monotonic()
            await link.click()
            await page.locator(".c-run .message-final").last.wait_for()
            took_s = time.monotonic() - began
            frame_ms = await longest_frame(page, 6000)
            print(f"opened in {took_s:.2f} s; longest frame while scrolling {frame_ms:.0f} ms")
            await context.close()
        await browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cherry-bench-") as folder:
        asyncio.run(written(Path(folder)))
        with opened(data_dir=Path(folder)) as house:
            asyncio.run(visit(house.url))


if __name__ == "__main__":
    main()
