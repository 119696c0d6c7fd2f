"""Measures that two columns make."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.llm.embedded.knowledge import vocabulary
from cherry_reflex.llm.embedded.reading.formula import expression_of, formulas
from cherry_reflex.llm.embedded.reading.linked import ConceptMeaning
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of
from tests.llm.reading.linking.conftest import meanings

ADS = Dataset(
    id="ads",
    name="ads",
    rows=90,
    columns=(
        Column(name="clicks", type="integer", distinct=80),
        Column(name="노출수", type="integer", distinct=80),
    ),
)
CLICKS = Dataset(id="c", name="c", rows=90, columns=ADS.columns[:1])


@pytest.mark.parametrize(("text", "words"), [("CTR by day", "CTR"), ("일별 클릭률", "클릭률")])
def test_a_formula_is_a_concept_where_both_its_columns_are(text: str, words: str) -> None:
    linked = Linker(None).link(text, Language("en"), view_of(ADS, None))
    assert ConceptMeaning("formula:click_through_rate") in meanings(linked, words)


def test_without_one_of_its_columns_there_is_no_formula() -> None:
    view = view_of(CLICKS, None)
    linked = Linker(None).link("CTR by day", Language("en"), view)
    assert ConceptMeaning("formula:click_through_rate") not in meanings(linked, "CTR")
    assert expression_of("formula:click_through_rate", view) is None


def test_its_expression_has_the_tables_columns() -> None:
    expression = expression_of("formula:click_through_rate", view_of(ADS, None))
    sides = {"left": ColumnRef(name="clicks"), "right": ColumnRef(name="노출수")}
    assert expression == Arithmetic(op="ratio_of_sums", **sides)


def test_other_concepts_are_no_formulas() -> None:
    assert expression_of("agg:mean", view_of(ADS, None)) is None


def test_formulas_are_of_groups_that_the_vocabulary_has() -> None:
    known = {group.name for group in vocabulary.groups()}
    for formula in formulas():
        assert {*formula.left, *formula.right} <= known, formula.name
        assert any(phrase.isascii() for phrase in formula.phrases)
        assert any(not phrase.isascii() for phrase in formula.phrases)
