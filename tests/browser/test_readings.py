"""How a question was understood, on the page: sure, a guess, chosen, changed, asked back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.reading.condition import Comparison
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading
from cherry_reflex.core.reading.reply import as_json, chosen
from cherry_reflex.core.worker import WorkerRequest
from tests.browser.conftest import App, Visit
from tests.browser.test_accessibility import clean
from tests.browser.workshop import beside
from tests.doubles.scripted_agents import scripted

SOON_MS = 30_000
READER = "a2a:pandas"
PEOPLE = (
    "pclass,sex,age,fare\n1,female,30,80\n1,male,40,60\n2,male,20,20\n3,female,10,8\n3,male,50,12\n"
)
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "question": "what did passengers pay by class",
        "unused": ["pay", "passengers"],
        "word": "pay",
        "guess": "Guess",
        "chosen": "Your choice:",
        "right": "That is what I meant",
        "undo": "Undo",
        "edit": "Change",
        "none": "None of these",
        "send": "Compute",
        "add_condition": "Add a condition",
        "column": "Column",
        "value": "Value",
        "forget": "Forget “pay”",
        "asked": "Which of these do you mean?",
        "options": ("Mean of **fare**", "Mean of **age**"),
        "mean_fare": "Mean of fare by pclass",
    },
    "ko": {
        "question": "승객들이 낸 돈을 등급별로",
        "unused": ["낸 돈", "승객들"],
        "word": "낸 돈",
        "guess": "추측",
        "chosen": "선택한 해석:",
        "right": "맞아요",
        "undo": "되돌리기",
        "edit": "바꾸기",
        "none": "이 중에 없음",
        "send": "계산하기",
        "add_condition": "조건 추가",
        "column": "열",
        "value": "값",
        "forget": "‘낸 돈’ 잊기",
        "asked": "어느 것을 말씀하시나요?",
        "options": ("**fare** 평균", "**age** 평균"),
        "mean_fare": "pclass별 fare 평균",
    },
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "en": {"locale": "en-US", "viewport": {"width": 1280, "height": 800}},
    "ko": {
        "locale": "ko-KR",
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "dark",
        "has_touch": True,
    },
}


def mean(column: str, by: str = "pclass", sex: str = "") -> Reading:
    where = Comparison(left=ColumnRef(name="sex"), op="=", right=sex) if sex else None
    groups = (Group(of=ColumnRef(name=by)),) if by else ()
    measure = Measure(agg="mean", of=ColumnRef(name=column))
    return Reading(measures=(measure,), by=groups, where=where)


async def curious(work: WorkerRequest, context: AgentContext) -> None:
    """Ask which of two readings is meant, and say which it was."""
    words, offered = WORDS[work.language], (mean("fare", ""), mean("age", ""))
    reply = await context.ask(words["asked"], words["options"], offered)
    found = chosen(reply, words["options"], offered)
    await context.say(found.model_dump_json(exclude_defaults=True) if found else reply)


@pytest_asyncio.fixture
async def app(built: None, tmp_path: Path) -> AsyncIterator[App]:
    async with beside(tmp_path, [scripted("curious", curious)]) as app:
        yield app


async def asked(page: Page, worker: str, language: str, **given: Any) -> str:
    """Have a worker asked, the reader about the people, and show it."""
    made = await page.request.post(urljoin(page.url, "/api/conversations"), data={})
    path = urljoin(page.url, f"/api/conversations/{(await made.json())['id']}")
    if worker == READER:
        answer = await page.request.post(f"{path}/files?name=people.csv", data=PEOPLE.encode())
        assert answer.status == 201, await answer.text()
    run = {"question": WORDS[language]["question"], "worker": worker, "language": language, **given}
    answer = await page.request.post(f"{path}/runs", data=run)
    assert answer.status == 201, await answer.text()
    await page.goto(path.replace("/api/conversations/", "/c/"))
    return path


def guessed(language: str) -> dict[str, Any]:
    words = WORDS[language]
    return {
        "operation": "query",
        "reading": as_json(mean("age")),
        "alternatives": [as_json(mean("fare")), as_json(mean("age", "sex"))],
        "probability": 0.5,
        "unused": words["unused"],
        "words": {words["word"]: "age"},
    }


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_guess_is_called_one_and_another_is_one_click_away(
    app: App, browser: Browser, language: str
) -> None:
    words = WORDS[language]
    context = await browser.new_context(**CONTEXTS[language], reduced_motion="reduce")
    visit = Visit(context, app)
    page = await visit.page()
    await asked(page, READER, language, arguments=guessed(language))
    reading = page.locator(".c-reading")
    await expect(reading).to_have_attribute("data-band", "guess", timeout=SOON_MS)
    await expect(reading.locator(".c-reading__band")).to_have_text(words["guess"])
    await expect(reading.locator(".c-reading__unused strong")).to_have_text(
        ", ".join(words["unused"])
    )
    others = reading.locator(".c-reading__other")
    await expect(others).to_have_count(2)
    await expect(others.first.locator(".c-reading__result")).to_contain_text("pclass 1 70")
    # In sight also when the lane is folded.
    await page.locator(".c-lane__toggle").click()
    await expect(reading).to_be_visible()
    await visit.shot(page, f"reading-guess-{language}")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await clean(page, f"a guess, {theme}")

    # Another one, by the keyboard: in its place, with the way back.
    await expect(others.first).to_be_enabled(timeout=SOON_MS)
    await others.first.focus()
    await page.keyboard.press("Enter")
    await expect(reading).to_have_attribute("data-band", "chosen", timeout=SOON_MS)
    await expect(reading.locator(".c-reading__sentence")).to_have_text(words["mean_fare"])
    await expect(page.locator(".c-artifact__name")).to_have_text([words["mean_fare"]])
    await expect(reading.get_by_role("button", name=words["edit"])).to_be_focused()
    await expect(page.locator(".c-run")).to_have_count(1)
    # What it says about a word stands at the dataset.
    await expect(page.locator(".c-remembered li")).to_contain_text("fare")
    await visit.shot(page, f"reading-chosen-{language}")
    await clean(page, "chosen")
    await reading.get_by_role("button", name=words["undo"]).click()
    await expect(reading).to_have_attribute("data-band", "guess", timeout=SOON_MS)
    await expect(page.locator(".c-remembered")).to_have_count(0)

    # The guess itself, then another that is there after a reload as well.
    await reading.get_by_role("button", name=words["right"]).click()
    await expect(reading).to_have_attribute("data-band", "chosen", timeout=SOON_MS)
    await page.reload()
    await reading.locator("summary").click()
    await others.first.click()
    await expect(reading.locator(".c-reading__sentence")).to_have_text(
        words["mean_fare"], timeout=SOON_MS
    )
    await page.get_by_role("button", name=words["forget"]).click()
    await expect(page.locator(".c-remembered")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert visit.errors == []
    await context.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_reading_is_changed_in_its_form(app: App, browser: Browser, language: str) -> None:
    words = WORDS[language]
    context = await browser.new_context(**CONTEXTS[language], reduced_motion="reduce")
    visit = Visit(context, app)
    page = await visit.page()
    given = {"operation": "query", "reading": as_json(mean("fare")), "probability": 0.9}
    await asked(page, READER, language, arguments=given)
    reading = page.locator(".c-reading")
    await expect(reading).to_have_attribute("data-band", "sure", timeout=SOON_MS)
    await visit.shot(page, f"reading-sure-{language}")
    await expect(reading.get_by_role("button", name=words["edit"])).to_be_enabled(timeout=SOON_MS)
    await reading.get_by_role("button", name=words["edit"]).press("Enter")
    form = page.get_by_role("dialog")
    await form.get_by_role("button", name=words["add_condition"]).press("Enter")
    row = form.locator("fieldset").nth(2).locator(".c-form__row")
    await row.get_by_label(words["column"]).select_option("column:sex")
    await expect(form.get_by_role("button", name=words["send"])).to_be_disabled()
    await row.get_by_label(words["value"]).fill("male")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await visit.shot(page, f"reading-form-{language}-{theme}")
        await clean(page, f"the form, {theme}")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)
    await expect(reading).to_have_attribute("data-band", "chosen", timeout=SOON_MS)
    await expect(reading.locator(".c-reading__sentence")).to_contain_text("male")
    await expect(page.locator(".c-lane")).to_contain_text("pclass 1 60")
    # Esc closes the form and changes nothing.
    await reading.get_by_role("button", name=words["edit"]).click()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(reading.get_by_role("button", name=words["edit"])).to_be_focused()
    assert visit.errors == []
    await context.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_readings_are_offered_when_it_is_asked_back(
    app: App, browser: Browser, language: str
) -> None:
    words = WORDS[language]
    context = await browser.new_context(**CONTEXTS[language], reduced_motion="reduce")
    visit = Visit(context, app)
    page = await visit.page()
    await asked(page, "a2a:curious", language)
    offered = page.locator(".c-inquiry .c-reading__other")
    await expect(offered).to_have_count(2, timeout=SOON_MS)
    await expect(offered.nth(1).locator("strong")).to_have_text("age")
    await visit.shot(page, f"reading-asked-{language}")
    await clean(page, "readings are offered")
    await offered.nth(1).click()
    plain = words["options"][1].replace("**", "")
    lane = page.locator(".c-lane")
    await expect(lane.locator(".c-answer-given")).to_have_text(plain, timeout=SOON_MS)
    await expect(lane).to_contain_text('"name":"age"')

    await asked(page, "a2a:curious", language)
    await page.get_by_role("button", name=words["none"]).click(timeout=SOON_MS)
    form = page.get_by_role("dialog")
    await form.locator("fieldset").first.locator("select").first.select_option("max")
    await form.get_by_role("button", name=words["send"]).click()
    await expect(lane).to_contain_text('"agg":"max"', timeout=SOON_MS)
    await expect(lane.locator(".c-answer-given")).to_contain_text("fare")
    assert visit.errors == []
    await context.close()
