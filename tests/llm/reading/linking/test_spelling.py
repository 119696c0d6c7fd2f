"""Slips, abbreviations, Korean names in Latin letters, shapes of codes."""

import pytest

from cherry_reflex.llm.embedded.reading.abbreviation import is_short_for, shared
from cherry_reflex.llm.embedded.reading.romanization import romanized
from cherry_reflex.llm.embedded.reading.shape import fits
from cherry_reflex.llm.embedded.reading.spelling import Spelling, distance


@pytest.mark.parametrize(
    ("said", "meant"),
    [("meidan", "median"), ("revnue", "revenue"), ("averagee", "average"), ("합꼐액", "합계액")],
)
def test_slips_are_forgiven(said: str, meant: str) -> None:
    assert [
        word for word, _ in Spelling(["median", "revenue", "average", "합계액"]).like(said)
    ] == [meant]


@pytest.mark.parametrize("said", ["mean", "sum", "합", "price"])
def test_short_and_other_words_are_not_bent(said: str) -> None:
    assert Spelling(["median", "men", "some", "pride price"]).like(said) == []


def test_letters_changed_about_are_one_slip() -> None:
    assert distance("meidan", "median") == 1
    assert distance("abc", "abc") == 0
    assert distance("", "abc") == 3


@pytest.mark.parametrize(
    ("short", "word", "is_one"),
    [
        ("terr", "territory", True),
        ("cmpgn", "campaign", True),
        ("tkr", "ticker", True),
        ("rate", "rat", False),
        ("cat", "customer", False),
        ("age", "average", False),
    ],
)
def test_abbreviations(short: str, word: str, is_one: bool) -> None:
    assert is_short_for(short, word) is is_one


def test_codes_may_have_vowels() -> None:
    assert is_short_for("tsla", "tesla", with_vowels=True)
    assert not is_short_for("tsla", "table", with_vowels=True)


def test_forms_of_one_word_share_a_beginning() -> None:
    assert shared("converted", "conversion") > 0.5
    assert shared("region", "register") == 0.0


def test_korean_names_in_latin_letters() -> None:
    assert [romanized(word) for word in ("광화문", "부산", "은지")] == [
        "gwanghwamun",
        "busan",
        "eunji",
    ]


@pytest.mark.parametrize(
    ("code", "values", "is_one"),
    [
        ("INV-22704", ("INV-20011", "INV-21877"), True),
        ("QX8A0P", ("K7F2QD", "M3PW9A"), True),
        ("20611", ("20101", "30322"), True),
        ("2024", ("P001", "P048"), False),
        ("ABC-22704", ("INV-20011", "INV-21877"), False),
        ("X1", (), False),
    ],
)
def test_codes_look_like_those_of_their_column(
    code: str, values: tuple[str, ...], is_one: bool
) -> None:
    assert fits(code, values) is is_one
