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
