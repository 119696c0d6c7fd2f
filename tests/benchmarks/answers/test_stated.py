"""What an answer states in DABench's format, and what counts as right."""

import pytest

from benchmarks.answers.stated import begins_with_format, is_right, same, stated


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@mean_fare[34.65]", [("mean_fare", "34.65")]),
        ("**@Mean_Fare[34.65]**, @n[3] rows", [("mean_fare", "34.65"), ("n", "3")]),
        ("@mean\\_fare[34.65]", [("mean_fare", "34.65")]),
        ("@list[[1, 2], [3]] and more", [("list", "[1, 2], [3]")]),
        ("@d[{'a': [1]}]", [("d", "{'a': [1]}")]),
        ("@empty[]", [("empty", "")]),
        ("@open[3", [("open", "3")]),
        ("mail me@example.com [1]", []),
        ("@change[−0.5]", [("change", "-0.5")]),
    ],
)
def test_values_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert stated(text) == found


@pytest.mark.parametrize(
    ("expected", "got", "is_same"),
    [
        ("34.65", "34.65", True),
        ("34.65", "34.6493", True),
        ("34.65", "34.64", False),
        ("34.65", "34.7", False),
        ("34.65", "-34.65", False),
        ("0.0000", "1.2e-7", True),
        ("0.05", "0.0449", False),
        ("4096", "4,096", True),
        ("12.5", "12.5%", True),
        ("3", "3.0", True),
        ("3", "about 3", False),
        ("yes", "Yes", True),
        ("yes", "no", False),
        ("not normal", "not_normal", True),
        ("normal", "not normal", False),
        ("Preferred Hotels & Resorts", '"preferred hotels & resorts"', True),
        ("yes,yes", "yes, yes", True),
        ("yes,yes", "yes", False),
        ("author, urlToImage", "['urlToImage', 'author']", True),
        ("314, 577", "314,577", True),
        ("314, 577", "577, 314", False),
        ("0.00, 1.00, 0.0629", "0, 1, 0.06285", True),
        ("{'month_1': 7.17, 'month_2': 6.5}", '{"month_1":7.168,"month_2":6.46}', True),
        ("{'month_1': 7.17, 'month_2': 6.5}", "{'month_2': 6.5, 'month_1': 7.17}", False),
        ("", "[]", True),
        ("[", "None", True),
        ("", "Chad", False),
    ],
)
def test_values_are_compared_at_the_published_precision(
    expected: str, got: str, is_same: bool
) -> None:
    assert same(expected, got) is is_same


def test_the_last_word_counts() -> None:
    expected = [("mean", "2.5")]
    assert is_right(expected, "First @mean[3], corrected: @mean[2.5]")
    assert not is_right(expected, "@mean[2.5], no: @mean[3]")
    assert not is_right(expected, "the mean is 2.5")
    assert not is_right([], "anything")


def test_one_of_each() -> None:
    expected = [("name", "Africa"), ("r", "0.5"), ("name", "Asia"), ("r", "0.5")]
    assert is_right(expected, "@name[Asia] @r[0.5] @name[Africa] @r[0.501]")
    assert not is_right(expected, "@name[Asia] @r[0.5] @name[Africa] @r[0.7]")
    assert not is_right(expected, "@name[Asia] @name[Africa] @r[0.5]")


def test_the_format_comes_first() -> None:
    assert begins_with_format("@mean[3]\n\nThe mean …")
    assert begins_with_format("**@mean[3]**")
    assert not begins_with_format("The mean: @mean[3]")
