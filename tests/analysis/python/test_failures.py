"""Code that fails says where and why; nothing that it does takes the operation with it."""

import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.i18n.catalogue import message
from tests.analysis.python.code import Conversation, said, value


@pytest.mark.parametrize(
    ("code", "line", "source", "problem"),
    [
        ("x = 1\ny = x / 0", 2, "y = x / 0", "ZeroDivisionError: division by zero"),
        ("x = (", 1, "x = (", "SyntaxError: '(' was never closed"),
        ("x = 1\n  y = 2", 2, "y = 2", "IndentationError: unexpected indent"),
        ("return 1", 1, "return 1", "SyntaxError: 'return' outside function"),
        ("def f(n):\n    return f(n + 1)\nf(0)", 2, "return f(n + 1)", "RecursionError: maximum"),
        ("\n\ndf['없는 열']", 3, "df['없는 열']", "KeyError: '없는 열'"),
        ("df.price.round('x')", 1, "df.price.round('x')", "TypeError"),
        ("raise KeyboardInterrupt", 1, "raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", 1, "raise GeneratorExit", "GeneratorExit"),
        ("input('name? ')", 1, "input('name? ')", "nobody can answer"),
        ("import no_such_module", 1, "import no_such_module", "ModuleNotFoundError"),
        ("duckdb.sql('SELECT nothing FROM sales').df()", 1, "duckdb.sql", "BinderException"),
        ("(" * 500 + ")" * 500, 1, "((((", "too many nested parentheses"),
        ("x = 1\0", 1, "", "null bytes"),
        ("eval('1 +')", 1, "eval('1 +')", "SyntaxError: invalid syntax"),
    ],
)
def test_error_has_its_line(
    sales: Conversation, code: str, line: int, source: str, problem: str
) -> None:
    error = sales.error(code)
    assert error.params["line"] == line
    assert source in error.params["source"]
    assert problem in error.params["problem"]
    for language in (ENGLISH, KOREAN):
        assert problem in message(error.failure(), language)


def test_only_the_codes_own_lines_are_told(sales: Conversation) -> None:
    error = sales.error(
        "def f(frame):\n    return frame.price.map(g)\ndef g(x):\n    return x.no\nf(df)"
    )
    assert error.detail.splitlines()[:3] == [
        "line 5 in <module>: f(df)",
        "line 2 in f: return frame.price.map(g)",
        "line 4 in g: return x.no",
    ]
    assert "site-packages" not in error.detail


def test_what_was_printed_before_is_in_the_detail(sales: Conversation) -> None:
    assert "Printed before: 여기까지" in sales.error("print('여기까지')\n1/0").detail


def test_words_of_an_exception_may_fail_themselves(sales: Conversation) -> None:
    code = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd"
    assert sales.error(code).params["problem"] == "Odd"


def test_a_value_whose_words_fail_is_told_by_its_type(sales: Conversation) -> None:
    code = "class Odd:\n    def __repr__(self):\n        raise ValueError('no')\nOdd()"
    assert value(sales.run(code)) == "<Odd: ValueError>"


@pytest.mark.parametrize(
    ("code", "status"),
    [("exit()", "0"), ("import sys\nsys.exit('끝')\n1/0", "끝"), ("quit(3)", "3")],
)
def test_exit_ends_the_code_well(sales: Conversation, code: str, status: str) -> None:
    assert f"ended itself by exit, with “{status}”" in said(sales.run(f"print('a')\n{code}"))


@pytest.mark.parametrize("times", [150, 900])
def test_code_may_be_deep(sales: Conversation, times: int) -> None:
    assert value(sales.run("1" + " + 1" * times)) == str(times + 1)


def test_memory_is_a_limit_and_no_mistake_in_a_line(sales: Conversation) -> None:
    with pytest.raises(MemoryError):
        sales.run("raise MemoryError")


def test_there_must_be_code(sales: Conversation) -> None:
    with pytest.raises(BadInput, match="python_empty"):
        sales.run("  \n")


def test_what_failed_changes_nothing_for_the_next_call(sales: Conversation) -> None:
    sales.run("x = 1")
    sales.error("x = 2\n1/0")
    assert value(sales.run("x")) == "1"
