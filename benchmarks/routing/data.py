"""Datasets that requests of the benchmark are about (as the catalogue describes them)."""

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset


def _text(name: str, *values: str, distinct: int = 0) -> Column:
    return Column(
        name=name,
        type="category",
        dtype="VARCHAR",
        distinct=distinct or len(values),
        examples=values,
    )


def _number(name: str, low: float, high: float, *, distinct: int = 900, missing: int = 0) -> Column:
    whole = isinstance(low, int) and isinstance(high, int)
    return Column(
        name=name,
        type="integer" if whole else "number",
        dtype="BIGINT" if whole else "DOUBLE",
        distinct=distinct,
        minimum=low,
        maximum=high,
        missing=missing,
    )


def _date(name: str, first: str, last: str, distinct: int) -> Column:
    return Column(
        name=name, type="date", dtype="DATE", distinct=distinct, minimum=first, maximum=last
    )


def _dataset(name: str, rows: int, *columns: Column) -> Dataset:
    return Dataset(
        id=name, name=name, uri=f"file:///data/{name}.parquet", rows=rows, columns=columns
    )


DATASETS = {
    dataset.name: dataset
    for dataset in (
        _dataset(
            "bikes",
            8760,
            _date("date", "2021-01-01", "2023-12-31", 1095),
            _text("station", "Harbour", "Central", "Museum", "Park", distinct=8),
            _text("member", "casual", "member"),
            _number("rides", 0, 412, distinct=400),
            _number("duration_min", 2.0, 180.0),
            _number("temperature", -9.5, 36.2, missing=14),
            _number("humidity", 20.0, 100.0),
        ),
        _dataset(
            "patients",
            2400,
            _number("patient_id", 1, 2400, distinct=2400),
            _date("admitted", "2022-01-02", "2024-06-30", 900),
            _text("ward", "Surgery", "Cardiology", "Neurology", "Oncology", distinct=6),
            _text("sex", "F", "M"),
            _number("age", 18, 97, distinct=80),
            _number("weight_kg", 41.0, 148.0, missing=25),
            _number("cholesterol", 98.0, 341.0, missing=60),
            _number("stay_days", 1, 60, distinct=55),
            _number("cost", 180.0, 64000.0),
        ),
        _dataset(
            "매장",
            5000,
            _date("일자", "2021-03-01", "2024-02-29", 1096),
            _text("지점", "강남", "홍대", "해운대", "동성로"),
            _text("품목", "커피", "케이크", "빵"),
            _number("매출", 1000, 980000),
            _number("수량", 1, 60, distinct=60),
            _number("단가", 900, 42000, distinct=40),
            _number("할인율", 0.0, 0.5, distinct=11),
        ),
        _dataset(
            "wines",
            3200,
            _text("type", "red", "white"),
            _text("region", "Douro", "Rioja", "Mosel", "Napa", distinct=12),
            _text("grape", "Merlot", "Riesling", "Malbec", distinct=9),
            _number("alcohol", 7.9, 15.4),
            _number("acidity", 2.7, 4.1),
            _number("sugar", 0.4, 66.0),
            _number("quality", 3, 9, distinct=7),
            _number("price", 3.5, 420.0),
        ),
        _dataset(
            "카페",
            3000,
            _date("일자", "2023-01-01", "2024-12-30", 716),
            _text("지점", "강남점", "홍대점", "판교점", "부산점"),
            _text("메뉴", "아메리카노", "카페라떼", "녹차", "레몬에이드", "치즈케이크", "크루아상"),
            _text("분류", "커피", "차", "에이드", "디저트"),
            _number("수량", 1, 9, distinct=9),
            _number("단가", 3900, 6800, distinct=6),
            _text("결제수단", "카드", "현금", "모바일"),
            _text("날씨", "맑음", "흐림", "비"),
            _number("기온", -9.0, 33.0, distinct=400),
        ),
        _dataset(
            "employees",
            420,
            _text("employee_id", "E0000", "E0001", distinct=420),
            _text("department", "Sales", "Engineering", "HR", "Finance", "Support"),
            _text("gender", "F", "M"),
            _date("hire_date", "2012-01-01", "2024-04-30", 400),
            _number("salary", 40993, 108000, distinct=400, missing=13),
            _number("performance", 1.0, 5.0, distinct=36),
            _number("overtime_hours", 0, 31, distinct=30),
            _text("left", "no", "yes"),
        ),
        _dataset(
            "orders",
            9000,
            _number("order_id", 1, 9000, distinct=9000),
            _date("order_date", "2020-01-01", "2023-12-31", 1400),
            _text("customer", "Acme", "Globex", "Initech", distinct=120),
            _text("item", "lamp", "chair", "desk", "shelf", distinct=35),
            _number("quantity", 1, 40, distinct=40),
            _number("unit_price", 4.5, 890.0, distinct=300),
            _text("country", "Germany", "France", "Korea", "Japan", distinct=14),
        ),
        _dataset(
            "학생",
            600,
            _text("학년", "1학년", "2학년", "3학년"),
            _text("반", "가", "나", "다", "라"),
            _text("성별", "남", "여"),
            _number("수학", 12, 100, distinct=80),
            _number("영어", 20, 100, distinct=75),
            _number("출석일수", 150, 190, distinct=41),
            _number("통학시간", 3.0, 95.0, distinct=200),
            _date("입학일", "2019-03-02", "2024-03-04", 6),
        ),
    )
}
