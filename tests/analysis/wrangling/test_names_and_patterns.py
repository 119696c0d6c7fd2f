"""Joins by similar names, and parts of texts."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.wrangling.extracting import RegexExtract
from cherry_reflex.analysis.wrangling.fuzzy_joining import FuzzyJoin
from cherry_reflex.analysis.wrangling.likeness import as_bytes, key_of, sorted_key
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import frames_of, keys, made, params, run

ORDERS = pd.DataFrame(
    {
        "회사": ["삼성전자", "(주)엘지화학", "카카오 뱅크", "Hyundai Motor", "없는회사", None],
        "금액": [1, 2, 3, 4, 5, 6],
    }
)
FIRMS = pd.DataFrame(
    {
        "이름": ["삼성전자", "엘지화학", "카카오뱅크", "MOTOR, HYUNDAI", "현대모비스"],
        "업종": ["전자", "화학", "금융", "자동차", "부품"],
    }
)


def test_similar_names_find_each_other(tmp_path: Path) -> None:
    outcome = run(FuzzyJoin(left_on="회사", right_on="이름"), tmp_path, ORDERS, FIRMS)
    table = made(outcome).sort_values("금액")
    assert table["업종"].tolist()[:4] == ["전자", "화학", "금융", "자동차"]
    assert table["업종"].isna().tolist()[4:] == [True, True]
    assert table["likeness"].tolist()[0] == 1
    told = params(outcome, "wrangling.fuzzy_matched")
    assert (told["matched"], told["rows"], told["equal"], told["alike"]) == (4, 6, 1, 3)
    (listed,) = frames_of(outcome)
    assert set(listed["회사"]) == {"삼성전자", "(주)엘지화학", "카카오 뱅크", "Hyundai Motor"}


def test_typing_errors_and_rows_without_a_match(tmp_path: Path) -> None:
    left = pd.DataFrame({"name": ["Jon Smith", "Anna Meyer", "Zoe"], "n": [1, 2, 3]})
    right = pd.DataFrame({"name": ["John Smith", "Ana Meyer"], "city": ["Rome", "Oslo"]})
    outcome = run(FuzzyJoin(left_on="name", keep_all=False), tmp_path, left, right)
    assert made(outcome).sort_values("n")["city"].tolist() == ["Rome", "Oslo"]
    with pytest.raises(BadInput) as caught:
        run(FuzzyJoin(left_on="name", least=1), tmp_path, left, right)
    assert caught.value.code == "fuzzy_no_match"
    with pytest.raises(BadInput) as caught:
        run(FuzzyJoin(left_on="name", right_on="nom"), tmp_path, left, right)
    assert caught.value.code == "column_unknown"


def test_an_equal_name_wins_and_ties_are_said(tmp_path: Path) -> None:
    left = pd.DataFrame({"k": ["ACME", "kim minji"]})
    right = pd.DataFrame({"k": ["acme", "ACME", "minji, kim", "Minji Kim"], "v": [1, 2, 3, 4]})
    outcome = run(FuzzyJoin(left_on="k"), tmp_path, left, right)
    assert made(outcome).set_index("k").loc["ACME", "v"] == 2
    assert params(outcome, "wrangling.fuzzy_tied")["names"] == ["kim minji"]


def test_hangul_differs_letter_by_letter() -> None:
    assert key_of("강남") != key_of("강낭")
    written = as_bytes([key_of("강남"), key_of("강낭"), key_of("서울")])
    one, other, far = written.values()
    assert len(one) == len(other) == 6
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 1
    assert sum(a != b for a, b in zip(one, far, strict=False)) >= 4
    assert sorted_key(key_of("Kim, Min-ji")) == sorted_key(key_of("MIN JI KIM"))
    assert key_of("Café") == "cafe"


MAILS = pd.DataFrame(
    {
        "연락처": ["김민지 <minji@cherry.co.kr> 010-1234-5678", "lee@example.com", "없음", None],
    }
)


def test_kinds(tmp_path: Path) -> None:
    outcome = run(
        RegexExtract(column="연락처", kind="email_domain", to=("도메인",)), tmp_path, MAILS
    )
    assert made(outcome)["도메인"].tolist()[:2] == ["cherry.co.kr", "example.com"]
    assert made(outcome)["도메인"].isna().tolist()[2:] == [True, True]
    told = params(outcome, "wrangling.extracted")
    assert (told["filled"], told["rows"], told["different"]) == (2, 4, 2)


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        ("number", "총 1,234.5원", "1,234.5"),
        ("email", "to: a.b+c@d-e.org!", "a.b+c@d-e.org"),
        ("url_host", "see https://www.example.org/x?y", "www.example.org"),
        ("phone", "전화 02-123-4567 (평일)", "02-123-4567"),
        ("date", "작성일 2024년 3월 5일", "2024년 3월 5일"),
        ("year", "founded in 1998, moved 2004", "1998"),
        ("hashtag", "좋아요 #맛집 #서울", "#맛집"),
        ("in_brackets", "사과(부사) 5kg", "부사"),
        ("first_word", "  서울시 강남구 ", "서울시"),
        ("last_word", "서울시 강남구 ", "강남구"),
        ("url", "https://a.kr/b.", "https://a.kr/b."),
    ],
)
def test_each_kind_finds_its_own(kind: str, given: str, wanted: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": [given, "…"]})
    outcome = run(RegexExtract.model_validate({"column": "t", "kind": kind}), tmp_path, frame)
    assert made(outcome)[f"t_{kind}"].tolist()[0] == wanted


def test_a_pattern_with_groups_and_without(tmp_path: Path) -> None:
    frame = pd.DataFrame({"code": ["AB-12 (x)", "CD-7", "none"]})
    outcome = run(
        RegexExtract(column="code", pattern=r"([A-Z]+)-(?:0*)(\d+)[(]?", to=("letters", "number")),
        tmp_path,
        frame,
    )
    assert made(outcome)["letters"].tolist()[:2] == ["AB", "CD"]
    assert made(outcome)["number"].tolist()[:2] == ["12", "7"]
    whole = made(run(RegexExtract(column="code", pattern=r"\d+"), tmp_path, frame))
    assert whole["code_part"].tolist()[:2] == ["12", "7"]
    empty = run(RegexExtract(column="code", pattern=r"zzz", to=("code",)), tmp_path, frame)
    assert made(empty)["code_2"].isna().all()
    assert "wrangling.extracted_none" in keys(empty)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"pattern": "([A-Z"}, "regex_wrong"),
        ({"pattern": "(?<=a)b"}, "regex_wrong"),
        ({}, "regex_needed"),
        ({"pattern": "a", "kind": "year"}, "regex_needed"),
        ({"pattern": "(a)" * 11}, "regex_groups"),
    ],
)
def test_patterns_that_are_none(given: dict[str, str], code: str, tmp_path: Path) -> None:
    operation = RegexExtract.model_validate({"column": "code", **given})
    with pytest.raises(BadInput) as caught:
        run(operation, tmp_path, pd.DataFrame({"code": ["AB", "x"]}))
    assert caught.value.code == code
