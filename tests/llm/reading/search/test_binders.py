"""Each case is about one binder; the whole search has to propose the reading, and first."""

from collections.abc import Mapping, Sequence

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import (
    DateMeaning,
    Meaning,
    NumberMeaning,
    RelativeMeaning,
)
from cherry_reflex.llm.embedded.reading.search.search import Search
from tests.llm.reading.made import column, concept, linked, value

WORDS: Mapping[str, Meaning | Sequence[Meaning]] = {
    "total": concept("agg:sum"), "average": concept("agg:mean"), "평균": concept("agg:mean"),
    "median": concept("agg:median"), "how many": concept("agg:count"), "몇": concept("agg:count"),
    "rate": concept("agg:rate"), "share": concept("agg:share"), "비율": concept("agg:rate"),
    "percentile": concept("agg:percentile"), "sales": column("sales"), "매출": column("sales"),
    "cost": column("cost"), "비용": column("cost"), "price": column("price"),
    "가격": column("price"),
    "region": column("region"), "지역": column("region"), "product": column("product"),
    "제품": column("product"), "customers": column("customer"), "고객": column("customer"),
    "paid": column("paid"), "결제": column("paid"), "shipped": column("shipped"),
    "발송": column("shipped"), "ordered": column("ordered"), "North": value("region", "North"),
    "South": value("region", "South"), "Tea": value("product", "Tea"),
    "차": value("product", "Tea"),
    "북쪽": value("region", "North"), "남쪽": value("region", "South"), "by": concept("by"),
    "별": concept("by"), "per": [concept("by"), concept("arith:/")],
    "month": concept("grain:month"),
    "월": concept("grain:month"), "excluding": concept("neg"), "빼고": concept("neg"),
    "above": concept("op:>"), "초과": concept("op:>"), "below": concept("op:<"),
    "between": concept("op:between"), "40": NumberMeaning(40), "3": NumberMeaning(3),
    "95": NumberMeaning(95), "3+개": NumberMeaning(3, "개"), "5000만+원": NumberMeaning(5e7, "원"),
    "2024": DateMeaning("2024-01-01", "2024-12-31", "year"), "top": concept("top"),
    "상위": concept("top"), "highest": concept("top"), "제일+높은": concept("top"),
    "minus": concept("arith:-"), "대비": concept("arith:/"), "without": [concept("missing")],
    "없는": concept("missing"), "correlation": concept("task:relation"),
    "상관": concept("task:relation"), "orders": concept("noun"), "건": concept("noun"),
    "chart": concept("chart:any"), "막대": concept("chart:bar"), "list": concept("task:rows"),
    "or": concept("or"), "3월": DateMeaning(grain="month", part=3),
    "지난달": RelativeMeaning("last", 1, "month"), "엑셀로": concept("export:xlsx"),
}  # fmt: skip
FUNCTION = "but and the of in with are is , 을 를 의 인 은 는 이 가 랑"

SALES = {"kind": "column", "name": "sales"}
COST = {"kind": "column", "name": "cost"}
PRICE = {"kind": "column", "name": "price"}
REGION = {"kind": "column", "name": "region"}
PRODUCT = {"kind": "column", "name": "product"}
TOTAL = [{"agg": "sum", "of": SALES}]
MEAN = [{"agg": "mean", "of": SALES}]
NORTH = {"kind": "comparison", "left": REGION, "op": "=", "right": "North"}
NOT_NORTH = {**NORTH, "op": "!="}
PAID = {
    "kind": "comparison", "left": {"kind": "column", "name": "paid"}, "op": "=", "right": True,
}  # fmt: skip


def limit(of: object, op: str, right: object) -> dict[str, object]:
    """Return a comparison as JSON."""
    return {"kind": "comparison", "left": of, "op": op, "right": right}


MONTH = {"kind": "column", "name": "ordered", "grain": "month"}
CASES: tuple[tuple[str, Language, dict[str, object]], ...] = (
    ("total sales", ENGLISH, {"measures": TOTAL}),
    ("매출 평균", KOREAN, {"measures": MEAN}),
    ("sales by region", ENGLISH, {"measures": TOTAL, "by": [{"of": REGION}]}),
    ("지역+별 매출", KOREAN, {"measures": TOTAL, "by": [{"of": REGION}]}),
    ("average sales and price by region", ENGLISH, {
        "measures": [*MEAN, {"agg": "mean", "of": PRICE}], "by": [{"of": REGION}]}),
    ("지역+별 평균 매출 , 비용", KOREAN, {
        "measures": [*MEAN, {"agg": "sum", "of": COST}], "by": [{"of": REGION}]}),
    ("average and median price", ENGLISH, {
        "measures": [{"agg": "mean", "of": PRICE}, {"agg": "median", "of": PRICE}]}),
    ("how many customers", ENGLISH, {
        "measures": [{"agg": "count_distinct", "of": {"kind": "column", "name": "customer"}}]}),
    ("how many orders by region", ENGLISH, {
        "measures": [{"agg": "count"}], "by": [{"of": REGION}]}),
    ("북쪽 몇 건", KOREAN, {"measures": [{"agg": "count"}], "where": NORTH}),
    ("40 , 95 and 3 percentile of sales", ENGLISH, {
        "measures": [{"agg": "percentile", "of": SALES, "p": p} for p in (40, 95, 3)]}),
    ("how many orders with sales above 3 but below 40", ENGLISH, {
        "measures": [{"agg": "count"}],
        "where": {"kind": "all", "parts": [limit(SALES, ">", 3), limit(SALES, "<", 40)]}}),
    ("95 percentile of sales", ENGLISH, {
        "measures": [{"agg": "percentile", "of": SALES, "p": 95}]}),
    ("total sales excluding North", ENGLISH, {"measures": TOTAL, "where": NOT_NORTH}),
    ("북쪽 빼고 매출", KOREAN, {"measures": TOTAL, "where": NOT_NORTH}),
    ("total sales excluding North and South", ENGLISH, {"measures": TOTAL, "where": {
        "kind": "not", "part": {
            "kind": "membership", "of": REGION, "values": ["North", "South"]}}}),
    ("Tea sales North", ENGLISH, {"measures": TOTAL, "where": {"kind": "all", "parts": [
        limit(PRODUCT, "=", "Tea"), NORTH]}}),
    ("how many orders with sales above 40 and price below 3", ENGLISH, {
        "measures": [{"agg": "count"}],
        "where": {"kind": "all", "parts": [limit(SALES, ">", 40), limit(PRICE, "<", 3)]}}),
    ("가격 5000만+원 초과 몇 건", KOREAN, {
        "measures": [{"agg": "count"}], "where": limit(PRICE, ">", 5000)}),
    ("average sales price between 3 and 40", ENGLISH, {"measures": MEAN, "where": {
        "kind": "between", "of": PRICE, "low": 3, "high": 40}}),
    ("paid rate by product", ENGLISH, {
        "measures": [{"agg": "rate", "when": PAID}], "by": [{"of": PRODUCT}]}),
    ("제품+별 결제 비율", KOREAN, {
        "measures": [{"agg": "rate", "when": PAID}], "by": [{"of": PRODUCT}]}),
    ("share of sales by region", ENGLISH, {
        "measures": [{"agg": "share", "of": SALES}], "by": [{"of": REGION}]}),
    ("sales by month", ENGLISH, {"measures": TOTAL, "by": [{"of": MONTH}]}),
    ("월+별 매출", KOREAN, {"measures": TOTAL, "by": [{"of": MONTH}]}),
    ("top 3 region by sales", ENGLISH, {
        "measures": TOTAL, "by": [{"of": REGION}], "order": {}, "top": 3}),
    ("지역+별 매출 상위 3+개", KOREAN, {
        "measures": TOTAL, "by": [{"of": REGION}], "order": {}, "top": 3}),
    ("매출 제일+높은 지역", KOREAN, {
        "measures": TOTAL, "by": [{"of": REGION}], "order": {}, "top": 1}),
    ("sales minus cost by region", ENGLISH, {
        "measures": [{"agg": "sum", "of": {
            "kind": "arithmetic", "op": "-", "left": SALES, "right": COST}}],
        "by": [{"of": REGION}]}),
    ("매출 대비 비용", KOREAN, {
        "measures": [{"agg": "sum", "of": {
            "kind": "arithmetic", "op": "ratio_of_sums", "left": COST, "right": SALES}}]}),
    ("orders without shipped", ENGLISH, {"task": "rows", "where": {
        "kind": "presence", "of": {"kind": "column", "name": "shipped"}}}),
    ("발송 없는 건 몇 건", KOREAN, {"measures": [{"agg": "count"}], "where": {
        "kind": "presence", "of": {"kind": "column", "name": "shipped"}}}),
    ("correlation of sales and cost", ENGLISH, {"task": "relation", "columns": [SALES, COST]}),
    ("매출 비용 상관", KOREAN, {"task": "relation", "columns": [SALES, COST]}),
    ("sales by region chart", ENGLISH, {
        "measures": TOTAL, "by": [{"of": REGION}], "chart": "any"}),
    ("지역+별 매출 막대", KOREAN, {"measures": TOTAL, "by": [{"of": REGION}], "chart": "bar"}),
    ("list North orders", ENGLISH, {"task": "rows", "where": NORTH}),
    ("지난달 매출", KOREAN, {"measures": TOTAL, "where": {
        "kind": "relative", "of": {"kind": "column", "name": "ordered"}, "which": "last",
        "unit": "month"}}),
    ("3월 매출", KOREAN, {"measures": TOTAL, "where": limit(
        {"kind": "column", "name": "ordered"}, "=", "2024-03")}),
    ("sales 2024", ENGLISH, {"measures": TOTAL, "where": {
        "kind": "between", "of": {"kind": "column", "name": "ordered"}, "low": "2024-01-01",
        "high": "2024-12-31"}}),
    ("지역+별 매출 엑셀로", KOREAN, {
        "measures": TOTAL, "by": [{"of": REGION}], "export": "xlsx"}),
    ("total sales North or Tea", ENGLISH, {"measures": TOTAL, "where": {
        "kind": "any", "parts": [NORTH, limit(PRODUCT, "=", "Tea")]}}),
)  # fmt: skip


@pytest.mark.parametrize(("text", "language", "wanted"), CASES, ids=[c[0] for c in CASES])
def test_what_is_bound(text: str, language: Language, wanted: dict[str, object]) -> None:
    question = linked(text, WORDS, language, FUNCTION)
    found = [proposal.reading for proposal in Search().propose(question)]
    reading = Reading.model_validate(wanted)
    assert reading in found, [r.model_dump(exclude_defaults=True) for r in found[:3]]
    assert found.index(reading) <= 8, [r.model_dump(exclude_defaults=True) for r in found[:3]]


def test_the_likeliest_come_first() -> None:
    question = linked("top 3 region by sales", WORDS, ENGLISH, FUNCTION)
    weights = [proposal.weight for proposal in Search().propose(question, most=5)]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) < len(Search().propose(question))


def test_nothing_known_nothing_measured() -> None:
    question = linked("hello there", {}, ENGLISH)
    assert all(not p.reading.where for p in Search().propose(question))
