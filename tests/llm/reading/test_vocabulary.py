"""The vocabulary of columns, values and rows, and the words that a question may leave unread."""

import json
import re
from collections import Counter, defaultdict
from typing import get_args

import pytest

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.knowledge.vocabulary import FOLDER, Group, groups
from cherry_reflex.llm.embedded.reading.linked import ColumnKind

KEYS = {"name", "kind", "en", "ko", "headers", "values", "more", "less", "verbs", "nouns"}
ANALYSIS = {
    *("average", "avg", "mean", "median", "total", "sum", "maximum", "max", "minimum", "min"),
    *("by", "per", "each", "every", "compare", "correlation", "highest", "lowest", "top", "most"),
    *("bottom", "least", "trend", "distribution", "standard deviation", "variance of"),
    *("평균", "중앙값", "합계", "총합", "총", "최대", "최소", "최댓값", "최솟값", "별", "별로"),
    *("비교", "상관관계", "상관", "추이", "추세", "분포", "가장", "제일", "상위", "하위"),
}
"""Words of analysis: a column is never called by one alone."""
FUNCTION = {
    *("a", "all", "and", "as", "at", "do", "for", "from", "get", "give", "high", "how", "if", "in"),
    *("is", "it", "list", "low", "make", "no", "not", "number", "of", "on", "or", "show", "so"),
    *("sort", "than", "that", "the", "to", "us", "vs", "what", "which", "why", "with"),
    *("것", "그", "당", "때", "및", "수", "왜", "이", "저", "중", "표", "한", "해"),
}
"""Words that carry the sentence: only headers use them as names."""
HANGUL = re.compile("[가-힣]")


def same(phrase: str) -> str:
    """Return a phrase as the eye compares it: case, gaps and underscores do not count."""
    return re.sub(r"[\s_]+", "", phrase).casefold()


def by_name(name: str) -> Group:
    return next(group for group in groups() if group.name == name)


def test_there_are_enough_groups_of_many_domains() -> None:
    assert len(groups()) >= 600
    sizes = Counter(group.domain for group in groups())
    assert len(sizes) >= 25
    assert min(sizes.values()) >= 5


def test_names_are_unique() -> None:
    doubled = [name for name, times in Counter(g.name for g in groups()).items() if times > 1]
    assert not doubled


def test_files_have_known_keys_only() -> None:
    for path in FOLDER.glob("*.json"):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            assert set(entry) <= KEYS, (path.name, entry["name"])
            assert entry.get("nouns", True) is True, "left out where false"


DOMAINS = sorted({group.domain for group in groups()})


@pytest.mark.parametrize("domain", DOMAINS)
def test_groups_are_whole(domain: str) -> None:
    for group in groups():
        if group.domain == domain:
            assert_whole(group)


def assert_whole(group: Group) -> None:
    assert group.kind in get_args(ColumnKind), group.name
    assert 3 <= len(group.en) <= 15, group.name
    assert 3 <= len(group.ko) <= 15, group.name
    assert group.en[0] == group.name
    for phrase in (*group.phrases, *group.more, *group.less, *group.verbs):
        assert phrase and phrase == phrase.strip(), group.name
        assert same(phrase) not in ANALYSIS | FUNCTION, group.name
    assert not any(HANGUL.search(phrase) for phrase in group.en)
    assert sum(bool(HANGUL.search(phrase)) for phrase in group.ko) >= 2


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_group_repeats_nothing(domain: str) -> None:
    for group in (group for group in groups() if group.domain == domain):
        phrases = (*group.phrases, *group.headers)
        values = [value for synonyms in group.values for value in synonyms]
        for words in (phrases, (*group.more, *group.less), group.verbs, values):
            times = Counter(map(str.casefold, words))
            assert not [word for word, n in times.items() if n > 1], group.name


def test_no_phrase_means_everything() -> None:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for group in groups():
        for phrase in group.phrases:
            holders[same(phrase)].add(group.name)
    crowded = {phrase: names for phrase, names in holders.items() if len(names) > 4}
    assert not crowded


def test_adjectives_and_values_come_in_both_languages() -> None:
    for group in groups():
        for words in (group.more, group.less, group.verbs):
            if len(words) > 1:
                sides = {bool(HANGUL.search(word)) for word in words}
                assert sides == {True, False}, group.name


@pytest.mark.parametrize(
    ("name", "kind", "phrases"),
    [
        ("sales revenue", "amount", {"revenue", "매출액", "매상"}),
        ("age", "level", {"how old", "나이", "만 나이"}),
        ("discount rate", "rate", {"percent off", "할인율"}),
        ("postal code", "code", {"zip code", "우편번호"}),
        ("order date", "time", {"ordered on", "주문일자"}),
        ("customer id", "identifier", {"cust_no", "고객번호"}),
    ],
)
def test_groups_are_read_as_written(name: str, kind: str, phrases: set[str]) -> None:
    group = by_name(name)
    assert group.kind == kind
    assert phrases <= set(group.phrases)


def test_values_join_codes_and_languages() -> None:
    women = next(v for v in by_name("sex").values if "F" in v)
    assert {"female", "women", "여성", "여"} <= set(women)
    seoul = next(v for v in by_name("province").values if "서울" in v)
    assert {"Seoul", "서울특별시"} <= set(seoul)
    korea = next(v for v in by_name("country").values if "KR" in v)
    assert {"South Korea", "대한민국", "한국"} <= set(korea)


def test_adjectives_and_verbs_point_to_their_measure() -> None:
    assert {"older", "나이 많은"} <= set(by_name("age").more)
    assert {"cheapest", "저렴한"} <= set(by_name("price").less)
    assert {"sold", "팔린"} <= set(by_name("units sold").verbs)


def test_rows_have_nouns_in_both_languages() -> None:
    nouns = {phrase for group in groups() if group.nouns for phrase in group.phrases}
    assert {"orders", "주문", "customers", "고객", "flights", "항공편", "patients", "환자"} <= nouns


@pytest.mark.parametrize(("side", "least"), [("harmless", 400), ("decisive", 300)])
def test_words_left_unread_are_harmless_or_decisive(side: str, least: int) -> None:
    words = knowledge.read("harmless_words")
    assert set(words) == {"harmless", "decisive"}
    for language in ("en", "ko"):
        phrases = words[side][language]
        assert len(phrases) >= least
        assert len({phrase.casefold() for phrase in phrases}) == len(phrases)
    other = words["decisive" if side == "harmless" else "harmless"]
    assert not {p.casefold() for p in words[side]["en"]} & {p.casefold() for p in other["en"]}
    assert not set(words[side]["ko"]) & set(other["ko"])
