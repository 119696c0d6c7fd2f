"""Reasoning at the beginning of an answer is left out, however it is cut into pieces."""

import pytest

from cherry_reflex.llm.thinking import ThinkingFilter


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("<think>why</think>\n\nBecause.", "Because."),
        ("  <thinking>a < b </think> c</thinking>So.", "So."),
        ("Plain <think>text</think>.", "Plain <think>text</think>."),
        ("<th", "<th"),
        ("<table>", "<table>"),
        ("<think>never ends", ""),
        ("<think></think>", ""),
        ("", ""),
        ("\n한국어 답변", "\n한국어 답변"),
    ],
)
def test_only_leading_reasoning_is_left_out(answer: str, shown: str, size: int) -> None:
    kept = ThinkingFilter()
    pieces = [kept.feed(answer[i : i + size]) for i in range(0, len(answer), size)]
    assert "".join([*pieces, kept.rest()]) == shown
