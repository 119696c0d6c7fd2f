"""By which columns tables are joined."""

from cherry_reflex.core.reading.reading import Join
from cherry_reflex.llm.embedded.reading.joining.keys import key_of, links_of
from tests.llm.reading.joining.shop import CLINIC_LIST, PATIENTS, REGIONS, VISITS, text, whole


def test_rows_are_looked_up_by_a_column_of_the_same_name() -> None:
    join = Join(dataset="patients.csv", left="patient_id", right="patient_id")
    assert key_of(VISITS, PATIENTS) == join
    assert key_of(PATIENTS, VISITS) is None, "a patient has several visits"


def test_an_id_is_known_by_the_name_of_its_table() -> None:
    assert key_of(CLINIC_LIST, REGIONS) == Join(dataset="regions", left="region_id", right="id")


def test_values_that_are_others_join_nothing() -> None:
    strange = VISITS.model_copy(update={"columns": (text("clinic_code", 2, "X9", "Y9"),)})
    assert key_of(strange, CLINIC_LIST) is None


def test_two_ways_are_none() -> None:
    other = CLINIC_LIST.model_copy(update={"columns": (whole("a", 1, 4, 4), whole("b", 1, 4, 4))})
    mine = VISITS.model_copy(update={"columns": (whole("a", 1, 4, 4), whole("b", 1, 4, 4))})
    assert key_of(mine, other) is None


def test_tables_are_reached_by_way_of_others() -> None:
    links = links_of(VISITS, (VISITS, REGIONS, PATIENTS, CLINIC_LIST))
    assert [(link.source, link.join.dataset) for link in links] == [
        ("visits", "patients.csv"),
        ("visits", "clinics"),
        ("clinics", "regions"),
    ]
