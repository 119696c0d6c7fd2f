"""What of an answer is read, and when it states a figure."""

import pytest

from benchmarks.questions.figures import figures, states
from benchmarks.questions.first_line import first_line


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("", ""),
        ("\n \n", ""),
        ("The mean is **34.65**. Rows: 891.", "The mean is 34.65."),
        ("- **Fare**: 3.5 (n = 3)\n\nMore.", "Fare: 3.5 (n = 3)"),
        ("## 답\n평균은 3", "답"),
        ("평균 요금은 `34.65`입니다. 행은 891개입니다.", "평균 요금은 34.65입니다."),
        (
            "“No. 5” sells best at St. Mary Dept. 3: 7. Then Q1.",
            "“No. 5” sells best at St. Mary Dept. 3: 7.",
        ),
        ("Is it significant? No, p = 0.3.", "Is it significant?"),
        ("It is “high.” Then low.", "It is “high.”"),
        ("3.5", "3.5"),
    ],
)
def test_the_first_line(answer: str, line: str) -> None:
    assert first_line(answer) == line


def test_the_figures_of_a_line() -> None:
    line = "Of 1,234 (12.5 %), −3.2 to 5–7: $-0.5, 1e-05, .25 v2 2024-03-05 총3명 in 10."
    assert figures(line) == [
        "1234", "12.5 %", "-3.2", "5", "7", "-0.5", "1e-05", ".25", "2024", "03", "05", "3", "10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        (["34.65"], "The mean fare is 34.65."),
        (["34.65"], "The mean fare is $34.6543 (1,309 rows)."),
        (["1234.5"], "The total is 1,234.5."),
        (["1,234"], "1,234 rows"),
        (["-0.51"], "r = −0.508"),
        (["0.123"], "12.34% of them"),
        (["12.3"], "12.34% of them"),
        (["0.00001"], "p = 1e-05"),
        (["3"], "세 그룹, 총3명"),
        (["34.65", "12.00"], "Mean 34.65, median 12."),
        (["[0.25, 0.75]"], "0.25 and 0.75"),
        (["Yes"], "Yes, it is significant (p = 0.01)."),
        (["No"], "Not significant (p = 0.31)."),
        (["False"], "No: p = 0.31"),
        (["not_normal"], "The fares are not normal."),
        (["normal"], "The fares are normal."),
        (["Chelsea, Arsenal"], "Arsenal is first, chelsea second."),
    ],
)
def test_stated(expected: list[str], line: str) -> None:
    assert states(expected, line)


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        (["34.65"], "The mean fare is 34.7."),
        (["34.65"], "The mean fare is 34.66."),
        (["34.65"], "The mean fare is 3465."),
        (["0.51"], "r = -0.51"),
        (["-0.51"], "r = 0.51"),
        (["0.1234"], "12.3% of them"),
        (["34.65", "12.00"], "Mean 34.65."),
        (["5"], "1 2 3 4 5 6 7 8 9"),
        (["34.65"], ""),
        ([], "34.65"),
        (["Yes"], "There is a yes among the values."),
        (["Yes"], "No: p = 0.31"),
        (["No"], "The p-value is 0.31; no difference."),
        (["normal"], "The fares are not normal."),
        (["normal"], "It is abnormal."),
        (["Chelsea"], "Chelsea2 is first."),
    ],
)
def test_not_stated(expected: list[str], line: str) -> None:
    assert not states(expected, line)


def test_the_only_row_gives_digits_to_a_figure_of_the_line_and_nothing_else() -> None:
    assert not states(["34.6543"], "The mean is 34.65.")
    assert states(["34.6543"], "The mean is 34.65.", row=("fare", 34.65432, 891))
    assert states(["0.31416"], "31.4% of them", row=(0.31416,))
    assert not states(["34.6543"], "The mean is given below.", row=(34.65432,))
    assert not states(["34.6543"], "The mean is 34.66.", row=(34.65432,))
    assert not states(["891"], "The mean is 34.65.", row=(34.65432, 891, True))
