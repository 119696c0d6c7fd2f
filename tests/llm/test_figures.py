"""Numbers of the prose against the numbers of the material."""

import pytest

from cherry_reflex.llm.figures import unsupported

MATERIAL = [
    "Total revenue is 1,234,567.",
    "Seoul has a share of 41.27 %.",
    "p = 0.0312, d = -0.4, n = 2024-01-31",
    '{"share": 0.4127}',
]


@pytest.mark.parametrize(
    ("prose", "wrong"),
    [
        ("Revenue is 1,234,567.", []),
        ("Revenue is about 1.2 million (1,235 thousand).", []),
        ("매출은 약 123만 원, 비중은 41.3%입니다.", []),
        ("About 1,200,000.", []),
        ("p = 0.03, and d is -0.4 or −0.4.", []),
        ("The 3 regions, 1. and 2., in 2024.", []),
        ("Revenue is 1,334,567.", ["1,334,567"]),
        ("비중은 42.3%입니다.", ["42.3"]),
        ("It grew by 17 percent, by 17 percent.", ["17"]),
        ("p = 0.04", ["0.04"]),
        ("No number at all.", []),
    ],
)
def test_numbers_that_nobody_computed_are_found(prose: str, wrong: list[str]) -> None:
    assert unsupported(prose, MATERIAL) == wrong


def test_hostile_text_costs_little() -> None:
    prose = "1" * 50_000 + " 1e999999 " + "3.5," * 5_000
    assert isinstance(unsupported(prose, MATERIAL), list)
