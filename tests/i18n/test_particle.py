"""The particles that a Korean reader expects."""

import pytest

from cherry_reflex.i18n.particle import particle


@pytest.mark.parametrize(
    ("word", "name", "form"),
    [
        ("지역", "은는", "은"),
        ("나이", "은는", "는"),
        ("서울", "이가", "이"),
        ("제주", "이가", "가"),
        ("매출", "을를", "을"),
        ("수량", "과와", "과"),
        ("단가", "과와", "와"),
        ("서울", "으로", "로"),
        ("부산", "으로", "으로"),
        ("제주", "으로", "로"),
        ("‘지역’", "은는", "은"),
        ("3", "이가", "이"),
        ("1,234", "은는", "는"),
        ("10", "을를", "을"),
        ("7", "으로", "로"),
        ("12.5%", "이가", "가"),
        ("price", "은는", "은(는)"),
        ("price", "으로", "(으)로"),
        ("", "이가", "이(가)"),
        ("서울", "이", "이"),
        ("제주", "이", ""),
    ],
)
def test_form_follows_the_last_sound(word: str, name: str, form: str) -> None:
    assert particle(word, name) == form
