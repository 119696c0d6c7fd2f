"""Suggested questions ask for what the columns allow."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.views import Views


@pytest.mark.parametrize(
    ("language", "amount", "levels"),
    [
        ("en", "revenue", ("temperature", "latitude")),
        ("en", "orders", ("unit price", "conversion rate")),
        ("ko", "매출", ("기온", "위도")),
        ("ko", "판매량", ("단가", "할인율")),
    ],
)
def test_levels_and_rates_are_not_added_up(
    embedding: Embedding, language: Language, amount: str, levels: tuple[str, ...]
) -> None:
    columns = (
        *(Column(name=name, type="number", distinct=900) for name in (*levels, amount)),
        *(Column(name=f"g{n}", type="category", distinct=4) for n in range(3)),
    )
    dataset = Dataset(id="d", name="d", uri="file:///d.parquet", rows=1000, columns=columns)
    question = Question(text="", language=language, datasets=(dataset,))
    asked = suggestions(Views(embedding), question, 100)

    def is_asked(kind: str, measure: str) -> bool:
        about = {
            text(f"embedded.suggest.{kind}", language, measure=measure, group=f"g{n}")
            for n in range(3)
        }
        return not about.isdisjoint(asked)

    assert is_asked("total", amount)
    for level in levels:
        assert not is_asked("total", level)
        assert is_asked("rank", level), "averages are asked for"


@pytest.mark.parametrize(("rows", "is_asked"), [(5, False), (1000, True)])
def test_few_rows_are_not_compared(embedding: Embedding, rows: int, is_asked: bool) -> None:
    columns = (
        Column(name="price", type="number", distinct=rows),
        Column(name="weight", type="number", distinct=rows),
        Column(name="product", type="category", distinct=5),
        Column(name="shop", type="category", distinct=5),
    )
    dataset = Dataset(id="d", name="d", uri="file:///d.parquet", rows=rows, columns=columns)
    asked = suggestions(Views(embedding), Question(text="", datasets=(dataset,)), 100)
    for words in ("differ significantly", "a relation between", "outliers"):
        assert any(words in one for one in asked) == is_asked, words
