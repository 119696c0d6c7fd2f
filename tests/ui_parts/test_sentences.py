"""Every sentence that the parts ask for is there, in both languages, and no other is kept."""

import json
import re
from pathlib import Path

import pytest

from cherry_reflex.i18n.catalogue import entries
from tests.ui_parts.conftest import UI

ROOMS = ("artifacts", "history", "settings")
PARTS = [path for room in ROOMS for path in (UI / room).glob("*.js*")]
STYLES = sorted(path for room in ROOMS for path in (UI / room).glob("*.css"))
CATALOGUES = UI.parent / "i18n" / "catalogue"
OWN = {
    key: entries()[key]
    for key in json.loads((CATALOGUES / "en" / "ui_parts.json").read_text("utf-8"))
}
EVERY = set(entries())
SLOT = re.compile(r"\{(\w+)")
OPEN_ENDED = ("ui.role.", "ui.chosen.")
"""Keys made from data; those that are missing show the data's own word."""


def asked() -> set[str]:
    """Return the keys in the sources; `ui.history.${name}` stands for all that begin so."""
    found = set()
    for path in PARTS:
        found |= set(
            re.findall(r"""["'`](ui\.[\w.]+(?:\$\{[\w.]+\}\w*)?)["'`]""", path.read_text())
        )
    return found


def stands_for(key: str) -> set[str]:
    if "${" not in key:
        return {key}
    pattern = re.escape(key[: key.index("$")]) + r"\w+" + re.escape(key[key.index("}") + 1 :])
    return {own for own in OWN if re.fullmatch(pattern, own)}


@pytest.mark.parametrize("key", sorted(asked()))
def test_sentence_is_there(key: str) -> None:
    assert stands_for(key) & EVERY, f"{key} is in no catalogue"


def test_no_sentence_is_left_over() -> None:
    used = set().union(*map(stands_for, asked()))
    left = {k for k in set(OWN) - used if not k.startswith(OPEN_ENDED)}
    assert left == set()


@pytest.mark.parametrize("key", sorted(OWN))
def test_both_languages_say_the_same(key: str) -> None:
    texts = OWN[key]
    assert texts["en"].strip()
    assert texts["ko"].strip()
    assert sorted(SLOT.findall(texts["en"])) == sorted(SLOT.findall(texts["ko"]))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_come_from_the_theme(path: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", path.read_text("utf-8"))
