"""How a question was understood, for who reads the answer elsewhere than on the page."""

from typing import Any

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.engine.reading_line import reading_line


@pytest.mark.parametrize(
    ("told", "language", "line"),
    [
        ({"band": "sure"}, ENGLISH, "Understood as: Mean of **fare**"),
        (
            {"band": "guess", "unused": ["pay", "class"]},
            ENGLISH,
            "**Guess**: Mean of **fare** (Not used: pay, class)",
        ),
        ({"band": "guess", "unused": []}, KOREAN, "**추측**: Mean of **fare**"),
        ({"band": "chosen", "unused": ["돈"]}, KOREAN, "선택한 해석: Mean of **fare**"),
        # What is not known to be sure is a guess.
        ({}, ENGLISH, "**Guess**: Mean of **fare**"),
        ({"band": "certain"}, ENGLISH, "**Guess**: Mean of **fare**"),
    ],
)
def test_a_guess_is_called_a_guess(told: dict[str, Any], language: Language, line: str) -> None:
    meta = {"reading": {"sentence": "Mean of **fare**", **told}}
    assert reading_line(meta, language) == line


@pytest.mark.parametrize("meta", [{}, {"reading": "x"}, {"reading": {}}])
def test_what_says_of_no_reading_has_no_line(meta: dict[str, Any]) -> None:
    assert reading_line(meta, ENGLISH) == ""
