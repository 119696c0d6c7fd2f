"""The form of suggested questions."""

from typing import Any

from pydantic import BaseModel, Field, ValidationError

from cherry_reflex.llm.form import Form
from cherry_reflex.llm.request import Shape


class Suggestions(BaseModel):
    """Questions worth asking."""

    questions: list[str] = Field(min_length=1)


def suggestions_form(most: int) -> Form[list[str]]:
    """Return the form of at most `most` suggested questions."""

    def read(raw: dict[str, Any]) -> list[str]:
        try:
            made = Suggestions.model_validate(raw)
        except ValidationError as error:
            told = "; ".join(f"{item['loc']}: {item['msg']}" for item in error.errors()[:8])
            raise ValueError(told) from error
        questions = [q.strip() for q in made.questions if q.strip()]
        if not questions:
            raise ValueError("`questions` is empty.")
        return questions[:most]

    shape = Shape("suggestions", "Questions worth asking.", Suggestions.model_json_schema())
    return Form(shape, read)
