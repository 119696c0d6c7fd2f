"""What the slots of operations are for, told by their descriptions."""

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.llm.embedded.arguments.casting import Casting
from cherry_reflex.llm.embedded.arguments.linking import Links, link
from cherry_reflex.llm.embedded.arguments.slot import Slot
from cherry_reflex.llm.embedded.encoder.embedding import Embedding


@pytest.mark.parametrize(
    ("name", "description", "part"),
    [
        ("measure", "Column to put into one number; empty to count rows.", "measure"),
        ("target", "Column that is to be predicted.", "measure"),
        ("group_by", "Columns whose values make the groups.", "group"),
        ("color", "Column that splits the marks by colour.", "group"),
        ("within", "One of the group columns: ranks the others within its values.", "within"),
        ("columns", "Columns to show; empty for all.", "any"),
    ],
)
def test_parts(
    embedding: Embedding, sales: Dataset, name: str, description: str, part: str
) -> None:
    casting = Casting(embedding, "", sales, Links())
    assert casting.part(Slot(name=name, kind="column", description=description)) == part


def test_types_decide_where_they_can(embedding: Embedding, sales: Dataset) -> None:
    casting = Casting(embedding, "", sales, Links())
    assert casting.part(Slot(name="group", kind="column", types=("number", "integer"))) == "measure"
    assert casting.part(Slot(name="value", kind="column", types=("category",))) == "group"


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Which product sells best in each region?", ["region"]),
        ("Total revenue by region and product", None),
    ],
)
def test_ranked_within_each(
    embedding: Embedding, sales: Dataset, text: str, within: list[str] | None
) -> None:
    slots = (
        Slot(
            name="group_by",
            kind="column",
            description="Columns whose values make the groups.",
            many=True,
        ),
        Slot(
            name="within",
            kind="column",
            description="One of the group columns: ranks the others within each of its values.",
        ),
    )
    casting = Casting(embedding, text, sales, link(embedding, text, sales))
    assert casting.cast(slots).get("within") == within
