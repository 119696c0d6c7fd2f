"""Numbers with their units, as people write them."""

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.unit import PERCENT, Unit, units_of
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.i18n.number import quantity, written


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.25, PERCENT, "25%"),
        (0.07, PERCENT, "7%"),
        (0.1234, PERCENT, "12.34%"),
        (-0.005, PERCENT, "-0.5%"),
        (1.5, PERCENT, "150%"),
        (25, Unit(symbol="%"), "25%"),
        (1200, Unit(symbol="₩"), "₩1,200"),
        (-3.5, Unit(symbol="$"), "-$3.5"),
        (1234567, Unit(symbol="원"), "1,234,567원"),
        (3.5, Unit(symbol="kg"), "3.5 kg"),
        (21.5, Unit(symbol="℃"), "21.5℃"),
        (float("nan"), PERCENT, "–"),
    ],
)
def test_a_quantity_has_its_unit(value: float, unit: Unit, shown: str) -> None:
    assert quantity(value, unit) == shown
    assert written(value, unit) == shown


def test_a_sentence_writes_units_and_particles() -> None:
    params = {"heading": "반품률 평균", "value": 0.25, "rows": 4}
    fact = Fact(key="aggregate.total", params=params, units={"value": PERCENT})
    assert sentence(fact, KOREAN) == "반품률 평균은 25%입니다(4행 기준)."
    assert sentence(fact, ENGLISH) == "반품률 평균: 25% (over 4 rows)."
    assert fact.params["value"] == 0.25, "what is computed stays a number"
    absent = Fact(key="aggregate.total", params={**params, "value": None}, units={"value": PERCENT})
    assert "–" in sentence(absent, ENGLISH)


def test_units_of_a_stranger_s_artifact() -> None:
    meta = {"units": {"a": {"symbol": "%", "is_fraction": True}, "b": "kg", "c": {"symbol": 3}}}
    assert units_of(meta) == {"a": PERCENT}
    assert units_of({"units": ["a"]}) == units_of({}) == {}
