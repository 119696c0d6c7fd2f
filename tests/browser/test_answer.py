"""What can be done with an answer: its timeline, exports, an opinion, another choice."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_journey import ANSWER_MS, ask, lanes_of, upload

CHART = "Draw a bar chart of total revenue by region"
BROAD = "Analyze this data and visualize it"
CHARTS = f"@visualization {BROAD}"


async def answered(visit: Visit, sales: Path, question: str = CHART) -> Page:
    page = await visit.page()
    await upload(page, sales)
    await ask(page, question)
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    return page


@pytest.mark.timeout(240)
async def test_timeline_exports_and_opinion(visit: Visit, sales: Path) -> None:
    page = await answered(visit, sales)
    toggle = page.get_by_role("button", name="Timeline")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await toggle.click()
    timeline = page.get_by_role("region", name="Timeline")
    rows = timeline.get_by_role("listitem")
    await expect(rows.first).to_contain_text("Plan")
    await expect(rows.last).to_contain_text("Summary")
    bars = await timeline.locator(".c-time__track").evaluate_all(
        "tracks => tracks.map(t => [t.getBoundingClientRect(), "
        "t.querySelector('.c-time__work').getBoundingClientRect()].map(r => [r.left, r.right]))"
    )
    for (left, right), (start, end) in bars:
        assert left - 1 <= start < end <= right + 3
    assert bars[0][1][0] <= bars[1][1][0] <= bars[-1][1][0]
    await visit.shot(page, "timeline-en")

    for label, check in (("Markdown", "# "), ("HTML", "<!doctype html>"), ("notebook", "{")):
        await page.get_by_role("button", name="Export this answer").click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=label).click()
        path = await (await download.value).path()
        text = path.read_text("utf-8")
        assert text.startswith(check)
        assert CHART in text
    assert json.loads(text)["nbformat"] == 4

    good = page.get_by_role("button", name="Good answer")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(good).to_have_attribute("aria-pressed", "true", timeout=15_000)
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "false")
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_a_choice_is_changed_with_one_click(visit: Visit, sales: Path) -> None:
    page = await answered(visit, sales, CHARTS)
    card = page.locator(".c-artifact--chart").filter(has_text="Total of revenue by product")
    choice = card.get_by_label("Change x axis")
    await expect(choice).to_be_visible()
    options = await choice.locator("option").all_text_contents()
    assert "region" in options
    assert "units" not in options
    before = await lanes_of(page)
    await choice.focus()
    await choice.select_option("region")
    chart = page.locator(".c-artifact--chart").filter(has_text="Total of revenue by region")
    await expect(chart).to_be_visible(timeout=ANSWER_MS)
    chosen = chart.get_by_label("Change x axis")
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    # In its place, with all that the step made, and the summary tells of it.
    await expect(page.locator(".c-run")).to_have_count(1)
    await expect(chosen).to_have_value("region")
    await expect(chosen).to_be_focused()
    final = page.locator(".message-final")
    await expect(final).to_contain_text("by region")
    after = await lanes_of(page)
    assert after != before
    await visit.shot(page, "changed-choice-en")
    await page.reload()
    await expect(chosen).to_have_value("region")
    assert await lanes_of(page) == after
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_an_open_panel_follows_a_changed_choice(visit: Visit, sales: Path) -> None:
    page = await answered(visit, sales, CHARTS)
    card = page.locator(".c-artifact--chart").filter(has_text="Total of revenue by product")
    await card.get_by_title("Open wide").click()
    panel = page.locator(".c-panel")
    await expect(panel.locator(".main-svg").first).to_be_visible(timeout=30_000)
    await expect(panel.locator(".c-panel__title")).to_contain_text("product")
    choice = card.get_by_label("Change x axis")
    await choice.focus()
    await choice.select_option("region")
    await expect(panel.locator(".c-panel__title")).to_contain_text("region", timeout=ANSWER_MS)
    await expect(panel.locator(".main-svg").first).to_contain_text("Seoul", timeout=30_000)
    made = page.locator(".c-artifact--chart").filter(has_text="Total of revenue by region")
    await expect(made.get_by_label("Change x axis")).to_be_focused()
    await visit.shot(page, "panel-follows-en")
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_artifacts_stand_two_in_a_row_and_none_twice(visit: Visit, sales: Path) -> None:
    page = await answered(visit, sales, BROAD)
    titles = await page.locator(".c-artifacts .c-artifact__name").all_text_contents()
    charts = page.locator(".c-artifacts .c-artifact--chart")
    assert await charts.count() >= 2
    # A chart's numbers are behind its own button, and what two workers made is there once.
    kinds = await page.locator(".c-artifacts .c-artifact").evaluate_all(
        "cards => cards.map(card => card.className)"
    )
    assert len(set(zip(titles, kinds, strict=True))) == len(titles)
    boxes = await page.locator('.c-artifacts__one[data-width="half"]').evaluate_all(
        "cards => cards.map(card => card.getBoundingClientRect()).map(r => [r.top, r.width])"
    )
    assert len({round(top) for top, _ in boxes}) < len(boxes)
    card = charts.first
    await card.scroll_into_view_if_needed()
    await expect(card.locator(".main-svg").first).to_be_visible(timeout=30_000)
    await card.get_by_role("button", name="Show as table").click()
    await expect(card.get_by_role("grid")).to_be_visible()
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_who_asks_sees_the_answer_and_who_reads_is_left_alone(
    visit: Visit, sales: Path
) -> None:
    page = await answered(visit, sales)
    scroller = page.locator(".c-transcript")
    await scroller.evaluate("box => box.scrollTo(0, 0)")
    await expect(page.get_by_role("button", name="To the newest")).to_be_visible()
    await ask(page, "@eda profile the data")
    await expect(page.get_by_role("button", name="To the newest")).to_have_count(0)
    await expect(page.locator(".c-run").nth(1)).to_be_in_viewport()
    await expect(page.locator(".c-run").nth(1)).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    await settle(page)
    assert await scroller.evaluate("b => b.scrollHeight - b.clientHeight - b.scrollTop") <= 64
    assert visit.errors == []


@pytest.mark.parametrize("visit", [{"locale": "ko-KR"}], indirect=True)
async def test_ranges_are_not_struck_through(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    await upload(page, sales)
    await ask(page, "@statistical_analysis/describe_numbers 기술통계를 계산해줘")
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    log = page.get_by_role("log")
    await expect(log).to_contain_text("~")
    await expect(log.locator("del")).to_have_count(0)


@pytest.mark.timeout(120)
async def test_tool_servers_are_shown_before_they_start(visit: Visit) -> None:
    page = await visit.page()
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.get_by_role("tab", name="Team").click()
    await page.get_by_text("Add MCP tool servers").click()
    config: dict[str, Any] = {
        "mcpServers": {"mine": {"command": "/no/such/program", "args": ["--all", "two words"]}}
    }
    box = page.get_by_label("Configuration (JSON)")
    await box.fill("{not json")
    await page.get_by_role("button", name="Show what it starts").click()
    await expect(page.get_by_role("alert")).to_contain_text("This is not JSON")
    await box.fill(json.dumps(config))
    await page.get_by_role("button", name="Show what it starts").click()
    await expect(page.get_by_text("/no/such/program --all 'two words'")).to_be_visible()
    await visit.shot(page, "add-servers-en")
    await page.get_by_role("button", name="Start and add").click()
    await expect(page.get_by_role("alert")).to_contain_text("mine")


@pytest.mark.timeout(240)
async def test_a_panel_leaves_room_for_the_conversation(visit: Visit, sales: Path) -> None:
    page = await answered(visit, sales)
    sidebar = page.locator("nav.c-sidebar")
    await expect(sidebar).to_be_visible()
    opened = page.locator(".c-artifact--chart").first.get_by_role("button", name="Open wide")
    await opened.click()
    panel = page.locator("dialog.c-panel")
    await expect(panel).to_be_visible()
    await expect(sidebar).to_have_count(0)
    await visit.shot(page, "panel-1280-en")
    box = await page.locator(".c-composer").bounding_box()
    assert box is not None and box["width"] >= 560
    edge = page.get_by_role("separator", name="Width of the panel")
    before = int(await edge.get_attribute("aria-valuenow") or 0)
    await edge.press("ArrowLeft")
    await expect(edge).to_have_attribute("aria-valuenow", str(before + 32))
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(sidebar).to_be_visible()
    assert visit.errors == []
