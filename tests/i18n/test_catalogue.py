"""The catalogue: complete in both languages, and every error of the source has its sentence."""

import ast
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import cherry_reflex
from cherry_reflex.core import errors
from cherry_reflex.core.errors import BadInput, Failure
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.i18n import catalogue
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.i18n.particle import PARTICLES

SOURCE = Path(cherry_reflex.__file__).parent
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("key", sorted(catalogue.entries()))
def test_entry_is_complete(key: str) -> None:
    entry = catalogue.entries()[key]
    assert set(entry) == {"en", "ko"}
    assert all(template.strip() for template in entry.values())
    assert catalogue.slots(entry["en"]) == catalogue.slots(entry["ko"])
    assert not HANGUL.search(re.sub(r"\{[^}]*\}", "", entry["en"])) or key.startswith("ui.")
    for language, template in entry.items():
        for _, _, how, _ in Formatter().parse(template):
            particles = set((how or "").split("|")) & set(PARTICLES)
            assert not particles or language == "ko"


@pytest.mark.parametrize("key", [k for k in sorted(catalogue.entries()) if k.startswith("error.")])
def test_error_says_it_in_korean(key: str) -> None:
    assert HANGUL.search(catalogue.entries()[key]["ko"])


def test_no_key_is_defined_twice() -> None:
    for folder in map(catalogue.FOLDER.joinpath, catalogue.languages()):
        keys = Counter(
            key for path in folder.glob("*.json") for key in json.loads(path.read_text())
        )
        assert not {key for key, times in keys.items() if times > 1}


def test_languages_are_the_folders() -> None:
    assert catalogue.languages() == (ENGLISH, KOREAN)
    assert [known_language(tag) for tag in ("ko-KR", "en_US.UTF-8", "fr", "", None)] == [
        KOREAN,
        ENGLISH,
        ENGLISH,
        ENGLISH,
        ENGLISH,
    ]


def _codes() -> set[tuple[str, str]]:
    trees = {name for name in vars(errors) if isinstance(getattr(errors, name), type)}
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name not in trees:
                continue
            given = list(node.args[:1]) + [k.value for k in node.keywords if k.arg == "code"]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.add((value.value, str(path.relative_to(SOURCE))))
    return found


def test_every_code_of_the_source_has_a_sentence() -> None:
    found = _codes()
    assert ("dataset_missing", "core/operation.py") in found
    missing = sorted(
        f"{code} ({path})" for code, path in found if not catalogue.has(f"error.{code}")
    )
    assert not missing


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234567, "1,234,567"),
        (0.123456, "0.1235"),
        (12345.678, "12,345.7"),
        (2.0, "2"),
        (float("nan"), "–"),
        (True, "yes"),
        (date(2024, 3, 1), "2024-03-01"),
        (["a", 1000], "a, 1,000"),
        (None, "–"),
    ],
)
def test_values_are_written_for_readers(
    value: object, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _filled("{x}", ENGLISH, monkeypatch, x=value) == written


@pytest.mark.parametrize(
    ("template", "value", "written"),
    [
        ("{x:.1%}", 0.1234, "12.3%"),
        ("{x:p}", 0.0004, "p < 0.001"),
        ("{x:p}", 0.0312, "p = 0.031"),
        ("{x:id}", 2024, "2024"),
        ("{x:bytes}", 1_500_000, "1.5 MB"),
        ("{x:은는}", "지역", "지역은"),
        ("{x:.1%|이가}", 0.5, "50.0%가"),
        ("{x:q|은는}", "지역", "‘지역’은"),
        ("{{x}} {x}", 3, "{x} 3"),
    ],
)
def test_slots_say_how(
    template: str, value: object, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _filled(template, KOREAN, monkeypatch, x=value) == written


def _filled(template: str, language: Language, patch: pytest.MonkeyPatch, **params: object) -> str:
    entries = {**catalogue.entries(), "fact.made": {"en": template, "ko": template}}
    patch.setattr(catalogue, "entries", lambda: entries)
    return catalogue.sentence(Fact(key="made", params=params), language)


def test_unknown_key_and_missing_value_are_bugs() -> None:
    with pytest.raises(KeyError):
        catalogue.text("ui.no_such_thing", ENGLISH)
    with pytest.raises(KeyError):
        catalogue.text("error.dataset_unknown", ENGLISH, name="x")


def test_message_of_a_failure() -> None:
    failure = BadInput("dataset_unknown", name="매출", names="a, b").failure()
    assert "매출" in catalogue.message(failure, KOREAN)
    assert catalogue.message(Failure(code="from_outside", detail="boom"), ENGLISH) == (
        "from_outside: boom"
    )
