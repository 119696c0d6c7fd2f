"""Code on the page: it is typed, seen, changed and run again."""

from urllib.parse import urljoin

import pytest
from playwright.async_api import Page, expect

from cherry_reflex.processes.python_permission import is_locked
from tests.ui_parts.app import OpenPage, shot
from tests.ui_parts.test_in_browser import new_conversation

pytestmark = pytest.mark.skipif(not is_locked(), reason="code cannot be locked in here")

WORDS = {
    "en": {"code": "Python code", "edit": "Edit and run again", "run": "Run", "is": "is 10"},
    "ko": {"code": "Python 코드", "edit": "고쳐서 다시 실행", "run": "실행", "is": "값: 10"},
}


async def goods(page: Page) -> None:
    """Show a conversation with a small table."""
    conversation = await new_conversation(page)
    path = urljoin(page.url, f"/api/conversations/{conversation}/files?name=goods.csv")
    answer = await page.request.post(path, data=b"name,amount\na,1\nb,2\nc,7\n")
    assert answer.status == 201, await answer.text()
    await page.goto(urljoin(page.url, f"/c/{conversation}"))


@pytest.mark.parametrize(
    ("language", "size", "theme"), [("en", "desktop", "light"), ("ko", "phone", "dark")]
)
async def test_code_is_typed_changed_and_run_again(
    open_page: OpenPage, language: str, size: str, theme: str
) -> None:
    page, words = await open_page(language, size, theme), WORDS[language]
    await goods(page)
    composer = page.locator("#composer")
    await composer.fill("@py")
    await expect(page.get_by_role("option").first).to_contain_text("python")
    await page.keyboard.press("Enter")
    await composer.fill("@python ```\nt = goods[goods.amount > 1]\nt.groupby('name').sum()\n```")
    await page.keyboard.press("Enter")
    card = page.locator(".c-artifact--table")
    await expect(card.get_by_role("gridcell").first).to_be_visible(timeout=60_000)
    await card.get_by_text(words["code"], exact=True).click()
    await expect(card.locator("pre")).to_contain_text("goods.amount > 1")

    await card.get_by_role("button", name=words["edit"]).click()
    editor = card.get_by_role("textbox", name=words["code"])
    await expect(editor).to_be_focused()
    await shot(page, f"code-{language}-{size}-{theme}")
    await editor.fill("x = 1\ngoods.cost")
    await page.keyboard.press("Control+Enter")
    failed = page.locator(".c-artifact--text")
    await expect(failed).to_contain_text("AttributeError", timeout=60_000)
    await expect(card).to_have_count(0)

    await failed.get_by_text(words["code"], exact=True).click()
    await failed.get_by_role("button", name=words["edit"]).click()
    editor = failed.get_by_role("textbox", name=words["code"])
    await expect(editor).to_have_value("x = 1\ngoods.cost")
    await editor.fill("int(goods.amount.sum())")
    await failed.get_by_role("button", name=words["run"], exact=True).click()
    await expect(page.get_by_text(words["is"]).first).to_be_visible(timeout=60_000)
    await shot(page, f"code-run-{language}-{size}-{theme}")
