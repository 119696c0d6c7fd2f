"""Passwords are kept as argon2id hashes and compared as people type them."""

import unicodedata

import pytest

from cherry_reflex.accounts.password import Passwords
from cherry_reflex.core.errors import BadInput


async def test_a_hash_fits_its_password_alone() -> None:
    passwords = Passwords()
    hashed = await passwords.hashed("correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert "horse" not in hashed
    assert await passwords.fits(hashed, "correct horse battery")
    assert not await passwords.fits(hashed, "correct horse batterY")
    assert not await passwords.fits(hashed, "")
    assert hashed != await passwords.hashed("correct horse battery"), "salted"


async def test_hangul_is_the_same_however_it_is_composed() -> None:
    passwords = Passwords()
    hashed = await passwords.hashed("비밀번호는 길게 씁니다")
    assert await passwords.fits(hashed, unicodedata.normalize("NFD", "비밀번호는 길게 씁니다"))


async def test_nobody_has_no_password() -> None:
    assert not await Passwords().fits(None, "correct horse battery")


@pytest.mark.parametrize(
    ("given", "code"), [("short", "password_short"), ("긴" * 400, "password_long")]
)
async def test_too_short_or_long(given: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        await Passwords().hashed(given)
    assert refused.value.code == code
