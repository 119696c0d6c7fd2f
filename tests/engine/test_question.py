"""Who is meant by a question."""

import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.engine.question import read


@pytest.mark.parametrize(
    ("question", "worker", "request_", "meant"),
    [
        ("@pandas count the rows", "", "count the rows", "pandas"),
        ("@pandas count the rows", "eda", "@pandas count the rows", "eda"),
        ("count the rows", "", "count the rows", ""),
        ("@orchestrator count the rows", "", "count the rows", ""),
        ("count the rows", "orchestrator", "count the rows", ""),
        ("count the rows", "a2a:orchestrator", "count the rows", ""),
    ],
)
def test_who_is_meant(question: str, worker: str, request_: str, meant: str) -> None:
    assert read(question, worker, 1000) == (question, request_, meant)


def test_nothing_and_too_much() -> None:
    for question, code in (("\x00 ", "question_empty"), ("12345", "question_long")):
        with pytest.raises(BadInput) as problem:
            read(question, "", 4)
        assert problem.value.code == code
