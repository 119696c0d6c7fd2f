"""Characters that arrive in halves."""

import pytest

from cherry_reflex.core.text import LOST, SurrogateJoiner, all_mended, mended

FIRST, SECOND = "\ud83d", "\ude00"


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("", ""),
        ("plain 한글 😀", "plain 한글 😀"),
        (f"a{FIRST}{SECOND}b", "a😀b"),
        (f"a{FIRST}b", f"a{LOST}b"),
        (f"{SECOND}{FIRST}", LOST * 2),
    ],
)
def test_a_text_has_whole_characters_only(given: str, whole: str) -> None:
    assert mended(given) == whole
    assert all_mended({given: [given, 1, None]}) == {whole: [whole, 1, None]}


def test_a_character_that_was_cut_between_two_pieces_is_joined() -> None:
    surrogates = SurrogateJoiner()
    pieces = ["a", f"b{FIRST}", f"{SECOND}c", FIRST, "d", f"{FIRST}{SECOND}", FIRST]
    said = [surrogates.whole(piece) for piece in pieces]
    assert said == ["a", "b", "😀c", "", f"{LOST}d", "😀", ""]
    assert surrogates.rest() == LOST
    assert surrogates.rest() == ""
