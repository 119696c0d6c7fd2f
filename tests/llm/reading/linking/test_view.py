"""What columns, values and rows are called."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.llm.embedded.reading.header import header_of
from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.view import view_of


@pytest.mark.parametrize(
    ("name", "words", "spelled", "unit"),
    [
        ("totMedCost", ("tot", "med", "cost"), ("total", "medical", "cost"), ""),
        ("dep_delay_min", ("dep", "delay"), ("departure", "delay"), "min"),
        ("수량(kg/10a)", ("수량",), ("수량",), "kg/10a"),
        ("Fare (USD)", ("fare",), ("fare",), "USD"),
        ("HTTPStatus", ("http", "status"), ("http", "status"), ""),
    ],
)
def test_a_header_is_taken_apart(
    name: str, words: tuple[str, ...], spelled: tuple[str, ...], unit: str
) -> None:
    header = header_of(name)
    assert (header.words, header.spelled, header.unit) == (words, spelled, unit)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("flight_id", "identifier"),
        ("depDelay", "level"),
        ("carrier", "label"),
        ("age", "level"),
        ("cancelled", "flag"),
        ("flown_on", "time"),
    ],
)
def test_kinds_of_columns(flights: TableView, name: str, kind: str) -> None:
    column = flights.column(name)
    assert column is not None
    assert column.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("주문번호", "identifier"),
        ("매출액(원)", "amount"),
        ("판매수량", "amount"),
        ("반품여부", "flag"),
        ("지역", "label"),
    ],
)
def test_kinds_of_korean_columns(orders: TableView, name: str, kind: str) -> None:
    column = orders.column(name)
    assert column is not None
    assert column.kind == kind


def test_a_flag_knows_its_yes(flights: TableView, orders: TableView) -> None:
    cancelled, returned = flights.column("cancelled"), orders.column("반품여부")
    assert cancelled is not None and cancelled.positive is True
    assert returned is not None and returned.positive == "Y"


def test_rows_are_called_by_the_tables_name_in_both_languages(flights: TableView) -> None:
    assert "flights" in flights.nouns
    assert any("가" <= noun[0] <= "힣" for noun in flights.nouns)


def test_a_remembered_word_is_a_form_of_its_column() -> None:
    dataset = Dataset(id="d", name="d", rows=2, columns=(Column(name="x1", type="number"),))
    column = view_of(dataset, None, remembered=[("오차", "x1")]).columns[0]
    assert column.remembered == ("오차",)
    assert "오차" in column.forms


def test_values_of_an_index_replace_the_examples() -> None:
    column = Column(name="city", type="category", distinct=9, examples=("Rome",))
    dataset = Dataset(id="d", name="d", rows=9, columns=(column,))
    view = view_of(dataset, None, index={"city": ("Rome", "Oslo")})
    assert view.columns[0].values == ("Rome", "Oslo")
