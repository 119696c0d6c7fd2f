"""The page's sentences: complete in both languages, and written by the rules of the catalogue."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.parse_options import LeftOutReason, ParseOptions, ParseReport
from cherry_reflex.i18n.catalogue import _write, entries, slots, text
from cherry_reflex.ui.sources import ROOM, catalogue, sources
from cherry_reflex.ui.states.parse_fields import fields_of
from tests.ui import node

_USED = re.compile(r"""\bt\(\s*["'`]((?:ui|error)\.[a-z_.]+)["'`]""")
_IN_COMPONENTS = re.compile(r"""["']((?:ui|error)\.[a-z_]+\.?[a-z_.]*[a-z])["']""")
_HANGUL = re.compile(r"[가-힣]")


def test_every_key_that_the_page_names_is_there() -> None:
    known = catalogue()
    missing = {
        (path.relative_to(ROOM).as_posix(), key)
        for path in sources()
        for key in _USED.findall(path.read_text("utf-8"))
        if key not in known
    }
    assert not missing


def test_every_key_that_a_reflex_component_names_is_there() -> None:
    known = catalogue()
    named = {
        key
        for path in ROOM.rglob("*.py")
        for key in _IN_COMPONENTS.findall(path.read_text("utf-8"))
    }
    assert len(named) > 20
    assert named <= known.keys()


def test_every_field_of_how_a_file_was_read_has_its_words() -> None:
    known = catalogue()
    wanted = {f"ui.parse.{name}" for name in ParseOptions.model_fields.keys() - {"types", "units"}}
    wanted |= {f"ui.parse.reason_{reason}" for reason in get_args(LeftOutReason)}
    wanted |= {f"ui.type_{kind}" for kind in get_args(ColumnType)}
    wanted |= {
        option.key
        for is_set in (True, False)
        for report in (
            ParseReport(
                options=ParseOptions(
                    sheet="a",
                    table=1,
                    encoding="utf-8",
                    delimiter=",",
                    totals="keep",
                    decimal_mark="." if is_set else None,
                    day_first=True if is_set else None,
                )
            ),
        )
        for field in fields_of(report, [])
        for option in field.options
        if option.key
    }
    assert wanted <= known.keys()


def test_both_languages_have_the_same_slots() -> None:
    for key, texts in catalogue().items():
        assert slots(texts["en"]) == slots(texts["ko"]), key


def test_english_is_english() -> None:
    # Names of languages are written in themselves.
    exempt = {"ui.language_switch"} | {k for k in catalogue() if "language" in k}
    for key, texts in catalogue().items():
        if key.startswith("ui.") and key not in exempt:
            assert not _HANGUL.search(texts["en"]), key


def test_the_words_of_the_seed_stay() -> None:
    assert text("ui.ask_placeholder", KOREAN) == "CherryAI에게 질문하세요..."
    assert text("ui.ask_placeholder", ENGLISH) == "Ask CherryAI..."
    assert text("ui.upload", KOREAN) == "파일 업로드"
    assert text("ui.upload_title", KOREAN) == "데이터 파일을 업로드하세요"
    assert text("ui.analysing", KOREAN) == "분석 중..."


def test_the_page_fills_templates_as_the_server_does() -> None:
    words = {k: v for k, v in entries().items() if k.startswith("fact.word.")}
    params = {
        "n": 1234567, "x": 0.123456, "big": 12345.678, "p": 0.0004, "q": 0.0312, "size": 5_400_000,
        "name": "매출", "latin": "sales", "digit": "2024", "names": ["가", "b"], "none": None,
        "yes": True, "rieul": "서울", "code": 404,
    }  # fmt: skip
    templates = [
        "{n} {x} {big}", "{p:p} {q:p}", "{size:bytes}", "{name:은는}",
        "{name:q|은는} {latin:id|이가}",
        "{digit:id|으로} {rieul:으로} {name:을를}", "{names}", "{none}", "{yes}", "{code:id}",
        "{x:.1%} {big:,.2f}", "{{literal}} {name}",
    ]  # fmt: skip
    asked = [(template, language) for template in templates for language in ("en", "ko")]
    lines = [
        {"template": t, "params": params, "language": language, "words": words}
        for t, language in asked
    ]
    wanted = []
    for template, language in asked:
        parts = []
        for literal, slot, how, _ in Formatter().parse(template):
            parts.append(literal)
            if slot is not None:
                parts.append(_write(params[slot], how or "", Language(language)))
        wanted.append("".join(parts))
    assert node.run("fill.mjs", lines) == wanted


def test_no_source_is_too_long() -> None:
    long = [p for p in sources() if p.suffix != ".css" and len(p.read_text().splitlines()) > 350]
    assert long == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No address of another host in what the page loads (links that a person opens are data)."""
    address = re.compile(r"""(?:src|href|url\(|import\()\s*[=(]?\s*["'`(]https?://""")
    for path in [*sources(), *(Path.cwd() / "assets").iterdir()]:
        if path.is_file():
            assert not address.search(path.read_text("utf-8")), path
