"""Answers come in the question's language."""

import pytest

from cherry_reflex.core.language import Language
from cherry_reflex.i18n.detect import question_language


@pytest.mark.parametrize(
    ("question", "page", "language"),
    [
        ("매출을 분석해줘", "en", "ko"),
        ("sales_amount와 unit_price의 상관을 분석해 주세요", "en", "ko"),
        ("Which product sells best?", "ko", "en"),
        ("Sales in 서울 by month and product category please", "ko", "en"),
        ("2024?", "ko", "ko"),
        ("2024?", "en", "en"),
    ],
)
def test_language(question: str, page: Language, language: Language) -> None:
    assert question_language(question, page) == language
