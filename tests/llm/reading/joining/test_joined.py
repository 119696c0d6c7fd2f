"""Questions over several tables are read over what their keys join."""

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.joining.joined import joined
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views
from tests.llm.reading.joining.shop import CLINIC_LIST, PATIENTS, REGIONS, VISITS

TABLES = (PATIENTS, VISITS, CLINIC_LIST, REGIONS)


def col(name: str, dataset: str = "") -> ColumnRef:
    return ColumnRef(name=name, dataset=dataset)


def test_one_table_has_the_columns_of_all() -> None:
    (one,) = joined(TABLES)
    assert one.base == VISITS
    names = [column.name for column in one.dataset.columns]
    assert "patient name" in names and "region name" in names and "city" in names
    assert names.count("patient_id") == 1


def test_one_table_alone_is_joined_with_none() -> None:
    assert joined((VISITS,)) == ()
    assert joined((VISITS, REGIONS)) == ()


def test_a_reading_is_joined_with_what_it_needs() -> None:
    (one,) = joined(TABLES)
    fee = Measure(agg="sum", of=col("fee"))
    reading = Reading(measures=(fee,), by=(Group(of=col("region name")),))
    plain = one.plain(reading)
    assert plain.dataset == "visits"
    assert plain.by == (Group(of=col("name", "regions")),)
    assert [join.dataset for join in plain.joins] == ["clinics", "regions"]
    assert one.whole(plain) == reading.model_copy(update={"dataset": "visits"})


def test_figures_of_another_table_are_figures_of_its_rows() -> None:
    (one,) = joined(TABLES)
    age = Measure(agg="mean", of=col("birth_year"))
    plain = one.plain(Reading(measures=(age,), by=(Group(of=col("city")),)))
    assert plain.dataset == "patients.csv" and not plain.joins
    assert plain.by == (Group(of=col("city")),)


@pytest.fixture(scope="module")
def reader() -> Reader:
    embedding, learned = Embedding(), load()
    network = Network(embedding)
    proposers = (Search(learned.search), Edits(learned.search), network)
    return Reader(Views(embedding), proposers, learned, weigher=network)


@pytest.mark.parametrize(
    ("asked", "table", "tables"),
    [
        ("total fee by department", "visits", {"clinics"}),
        ("which city has the most visits", "visits", {"patients.csv"}),
        ("fee by city and sex", "visits", {"patients.csv"}),
        ("average fee", "visits", set()),
        ("patients per city", "patients.csv", set()),
        ("average birth year", "patients.csv", set()),
        ("부산 환자의 방문 수", "visits", {"patients.csv"}),
    ],
)
def test_what_is_asked(reader: Reader, asked: str, table: str, tables: set[str]) -> None:
    language = ENGLISH if asked.isascii() else KOREAN
    best = reader.read(asked, language, TABLES).best[0].reading
    assert (best.dataset, {join.dataset for join in best.joins}) == (table, tables)


def test_a_follow_up_changes_a_joined_reading(reader: Reader) -> None:
    before = reader.read("total fee by department", ENGLISH, TABLES).best[0].reading
    after = reader.read("only women", ENGLISH, TABLES, before).best[0].reading
    assert after.by == before.by and after.where is not None
    assert {join.dataset for join in after.joins} == {"clinics", "patients.csv"}
