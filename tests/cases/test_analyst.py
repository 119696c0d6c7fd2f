"""The files of a data analyst, read as a person reads them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cases.reading import HERE, Read, read

_AFFAIRS = """
rate_marriage age yrs_married children religious educ occupation occupation_husb affairs
"""
_WINE = """
alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols flavanoids nonflavanoid_phenols
proanthocyanins color_intensity hue od280/od315_of_diluted_wines proline
"""
FILES: dict[str, tuple[int, dict[str, str], dict[str, str], tuple[Any, ...]]] = {
    "affairs.csv": (
        2000,
        dict.fromkeys(_AFFAIRS.split(), "number"),
        {},
        (3.0, 27.0, 9.0, 1.0, 3.0, 12.0, 5.0, 4.0, 0.0),
    ),
    "airlines.csv": (
        16,
        {"carrier": "text", "name": "text"},
        {},
        ("9E", "Endeavor Air Inc."),
    ),
    "customers.csv": (
        220,
        {
            "customer_no": "text",
            "name": "text",
            "segment": "category",
            "country": "category",
            "signup": "date",
        },
        {},
        ("0001", "Cust 1", "SMB", "Korea", date(2024, 7, 9)),
    ),
    "flights.csv": (
        9000,
        {
            "year": "integer",
            "month": "integer",
            "day": "integer",
            "dep_time": "number",
            "sched_dep_time": "integer",
            "dep_delay": "number",
            "arr_time": "number",
            "sched_arr_time": "integer",
            "arr_delay": "number",
            "carrier": "category",
            "flight": "integer",
            "tailnum": "text",
            "origin": "category",
            "dest": "category",
            "air_time": "number",
            "distance": "integer",
            "hour": "integer",
            "minute": "integer",
        },
        {},
        (
            *(2013, 1, 1, 557.0, 600, -3.0, 838.0, 846, -8.0, "B6", 79, "N593JB", "JFK", "MCO"),
            *(140.0, 944, 6, 0),
        ),
    ),
    "hr_extract.csv": (
        420,
        {
            "Emp ID": "text",
            "Full Name": "text",
            "Dept.": "category",
            "Sex": "category",
            "Hire Date": "date",
            "Level": "category",
            "Annual Salary": "number",
            "Perf Score": "integer",
            "Term Date": "date",
        },
        {"Annual Salary": "$"},
        ("00404", "Person 0", "Engineering", "F", date(2020, 1, 28), "Mid", 88176.0, 5, None),
    ),
    "order_lines.csv": (
        6000,
        {
            "order_id": "text",
            "order_date": "date",
            "customer_no": "category",
            "sku": "category",
            "qty": "integer",
            "discount": "number",
            "status": "category",
            "unit_price": "number",
        },
        {"discount": "%"},
        ("SO100000", date(2024, 1, 1), "0208", "SKU-015", 1, 30.0, "delivered", 74.8),
    ),
    "products.csv": (
        24,
        {
            "sku": "text",
            "product": "text",
            "category": "category",
            "unit_cost": "number",
            "list_price": "number",
        },
        {},
        ("SKU-001", "Alpha Lamp", "Lighting", 119.72, 197.12),
    ),
    "rechnungen.csv": (
        180,
        {
            "Rechnung": "text",
            "Datum": "date",
            "Kunde": "category",
            "Betrag": "number",
            "USt": "number",
            "Bezahlt": "category",
        },
        {"Betrag": "€", "USt": "%"},
        ("R-0000", date(2025, 1, 5), "Müller GmbH", 1127.08, 7.0, "ja"),
    ),
    "wine.csv": (
        178,
        {
            **dict.fromkeys(_WINE.split(), "number"),
            "cultivar": "category",
        },
        {},
        (14.23, 1.71, 2.43, 15.6, 127.0, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065.0, "A"),
    ),
    "가전판매.csv": (
        132,
        {
            "판매월": "date",
            "품목": "category",
            "판매대수": "integer",
            "판매액(원)": "integer",
        },
        {"판매액(원)": "원"},
        (date(2023, 1, 1), "냉장고", 953, 1381850000),
    ),
    "만족도조사.csv": (
        300,
        {
            "응답ID": "integer",
            "연령대": "category",
            "거주지": "category",
            "Q1. 서비스에 만족하십니까?": "category",
            "Q2. 가격이 적당합니까?": "category",
            "Q3. 추천하시겠습니까?(0-10)": "integer",
            "기타의견": "category",
        },
        {},
        (1, "40대", "부산", "보통", "전혀 아니다", 5, None),
    ),
    "주민등록인구.csv": (
        60,
        {
            "행정기관코드": "integer",
            "시도": "category",
            "시군구": "category",
            "기준연도": "integer",
            "총인구수": "number",
            "남자인구수": "number",
            "여자인구수": "number",
            "65세이상인구": "number",
            "세대수": "number",
        },
        {},
        (1431300000, "서울특별시", "종로구", 2022, 145483.0, 73036.0, 72447.0, 29635.0, 58847.0),
    ),
}


def _file(name: str, tmp_path: Path) -> Read:
    return read(HERE / "analyst" / name, tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_heading_types_units_and_rows(tmp_path: Path, name: str) -> None:
    rows, types, units, first = FILES[name]
    found = _file(name, tmp_path)
    assert dict(zip(found.names, found.types, strict=True)) == types
    assert found.units == units
    assert (found.dataset.rows, found.rows[0]) == (rows, first)
    assert found.left_out == []


def test_german_invoices_add_up(tmp_path: Path) -> None:
    found = _file("rechnungen.csv", tmp_path)
    assert (found.used.decimal_mark, found.used.delimiter, found.used.day_first) == (",", ";", True)
    assert found.guesses == ("encoding",)
    assert min(found.column("Betrag")) > 0
    assert round(sum(found.column("Betrag")), 2) == 269570.42


def test_pieces_of_time_are_known(tmp_path: Path) -> None:
    times = {c.name: c.time for c in _file("flights.csv", tmp_path).dataset.columns if c.time}
    assert times == {"year": "year", "month": "month"}
    people = _file("주민등록인구.csv", tmp_path / "other").dataset.column("기준연도")
    assert people is not None
    assert people.time == "year"


def test_the_encoding_of_korean_files_is_a_guess_that_is_said(tmp_path: Path) -> None:
    found = read(HERE / "analyst" / "가전판매.csv", tmp_path, "ko")
    assert found.dataset.note == "글자 인코딩은 cp949로 추정했습니다."
    assert found.column("판매월")[-1] == date(2025, 9, 1)
