"""Headings of tables: none, one row, several."""

import csv
import io
from typing import Any

import pytest

from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats.layout import Layout, find_layout


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter="|"))


def _layout(text: str, **options: Any) -> Layout:
    return find_layout(_rows(text), ParseOptions(**options), is_whole=True)


HEADINGS: list[tuple[str, str, int, list[str], bool]] = [
    ("one letter", "x|y\n1.5|2\n2.5|3", 1, ["x", "y"], False),
    ("plain", "name|qty\nbolt|3\nnut|4", 1, ["name", "qty"], False),
    ("years", "지역|2021|2022\n서울|10|20\n부산|30|40", 1, ["지역", "2021", "2022"], False),
    ("months", "item|2024-01|2024-02\na|10|20\nb|30|40", 1, ["item", "2024-01", "2024-02"], False),
    ("hours", "역|06:00|07:00\n가람|10|20\n나래|30|40", 1, ["역", "06:00", "07:00"], False),
    ("counted", "0|1|2\n0.3|0.5|0.9\n0.2|0.1|0.4", 1, ["0", "1", "2"], True),
    ("all texts", "country|code\nNamibia|NA\nNorway|NO", 1, ["country", "code"], True),
    (
        "short codes",
        "country|note\nKR|None\nNA|none\nUS|-\nNA|a word",
        1,
        ["country", "note"],
        False,
    ),
    ("few categories", "지역|의견\n" + "서울|좋음\n부산|나쁨\n" * 4, 1, ["지역", "의견"], False),
    ("categories from the first row", "서울|좋음\n부산|나쁨\n" * 4, 0, ["", ""], False),
    ("codes", "flight|from\nKE703|ICN\nOZ8901|GMP\nKE1|CJU", 1, ["flight", "from"], False),
    ("one data row", "지역|수량|값\n서울|1|2", 1, ["지역", "수량", "값"], False),
    ("missing first", "name|qty\nbolt|-\nnut|N/A\npin|4", 1, ["name", "qty"], False),
    ("unnamed index", "|name|qty\n0|bolt|3\n1|nut|4", 1, ["", "name", "qty"], False),
    (
        "unnamed among texts",
        "이름||비고\n김|서울|없음\n박|부산|있음\n이|대구|없음",
        1,
        ["이름", "", "비고"],
        True,
    ),
    ("numbers only", "1|2\n3|4\n5|6", 0, ["", ""], False),
    ("years as data", "Seoul|2021|5\nBusan|2022|3\nJeju|2023|4", 0, ["", "", ""], False),
    ("text and numbers", "a|10|2.5\nb|20|3.5\nc|30|1.5", 0, ["", "", ""], False),
    ("dates", "2024-01-05|ICN|NRT\n2024-01-09|NRT|ICN\n2024-02-02|GMP|CJU", 0, ["", "", ""], False),
    ("codes first", "KE703|x y\nOZ8901|y z\nKE1|z w", 0, ["", ""], True),
    ("money", "Kim|$1,200|45%\nLee|$900|50%\nPark|$700|60%", 0, ["", "", ""], False),
    (
        "two rows, blanks",
        "역|06시||07시|\n|승차|하차|승차|하차\n가람|120|45|310|122\n나래|98|51|244|130",
        2,
        ["역", "06시 승차", "06시 하차", "07시 승차", "07시 하차"],
        False,
    ),
    (
        "two rows, repeated",
        "지점|매출|매출|비용|비용\n지점|상반기|하반기|상반기|하반기\n강남|1|2|3|4\n부산|5|6|7|8",
        2,
        ["지점", "매출 상반기", "매출 하반기", "비용 상반기", "비용 하반기"],
        False,
    ),
    (
        "pandas' repeated groups",
        "|sales|sales.1|cost|cost.1\nstore|Q1|Q2|Q1|Q2\nA|1|2|3|4\nB|5|6|7|8",
        2,
        ["store", "sales Q1", "sales Q2", "cost Q1", "cost Q2"],
        False,
    ),
    (
        "years under groups",
        "Region|Sales||Cost|\n|2023|2024|2023|2024\nEast|1|2|3|4\nWest|5|6|7|8",
        2,
        ["Region", "Sales 2023", "Sales 2024", "Cost 2023", "Cost 2024"],
        False,
    ),
    (
        "years over groups",
        "지역|2023||2024|\n|남|여|남|여\n서울|1|2|3|4\n부산|5|6|7|8",
        2,
        ["지역", "2023 남", "2023 여", "2024 남", "2024 여"],
        False,
    ),
    (
        "three rows",
        "지점|2023||||2024|||\n|상반기||하반기||상반기||하반기|\n"
        "|매출|비용|매출|비용|매출|비용|매출|비용\n강남|1|2|3|4|5|6|7|8\n부산|1|2|3|4|5|6|7|8",
        3,
        [
            "지점",
            *[
                f"{y} {h} {m}"
                for y in (2023, 2024)
                for h in ("상반기", "하반기")
                for m in ("매출", "비용")
            ],
        ],
        False,
    ),
    ("pivot", "|2023|2024\nregion||\nSeoul|1|2\nBusan|3|4", 2, ["region", "2023", "2024"], True),
    (
        "one group",
        "||점수|점수|점수\n이름|반|국어|영어|수학\n김|1|80|90|70\n박|2|70|60|50",
        2,
        ["이름", "반", "점수 국어", "점수 영어", "점수 수학"],
        False,
    ),
    (
        "texts under merged groups",
        "이름|연락처||비고\n|집|직장|\n김|서울|부산|a\n박|대구|대전|b\n최|광주|제주|c",
        2,
        ["이름", "연락처 집", "연락처 직장", "비고"],
        True,
    ),
    (
        "unit row",
        "날짜|기온|강수량\n|(℃)|(mm)\n2024-01-01|1.5|0.0\n2024-01-02|2.5|3.0",
        2,
        ["날짜", "기온", "강수량"],
        False,
    ),
    ("repeated names", "k|v|v\n0|1|2\n3|4|5", 1, ["k", "v", "v"], False),
    (
        "text in a first data row",
        "name|a|b\nKim|unknown|3\nLee|4|5\nPark|5|6",
        1,
        ["name", "a", "b"],
        False,
    ),
]


@pytest.mark.parametrize(
    ("text", "count", "names", "guessed"), [c[1:] for c in HEADINGS], ids=[c[0] for c in HEADINGS]
)
def test_headings(text: str, count: int, names: list[str], guessed: bool) -> None:
    found = _layout(text)
    assert (found.skip_rows, found.header_rows) == (0, count)
    assert list(found.names) == names
    assert ("header_rows" in found.guesses) == guessed
