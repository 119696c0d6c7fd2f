"""Three tables: sales, and what they are looked up in."""

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset


def text(name: str, distinct: int, *examples: str) -> Column:
    return Column(name=name, type="category", dtype="VARCHAR", distinct=distinct, examples=examples)


def whole(name: str, low: int, high: int, distinct: int) -> Column:
    return Column(name=name, type="integer", dtype="BIGINT", minimum=low, maximum=high,
                  distinct=distinct, examples=(low, high))  # fmt: skip


CLINICS = ("C1", "C2", "C3", "C4")
VISITS = Dataset(
    id="v", name="visits", rows=500,
    columns=(
        whole("visit_id", 10_000, 10_499, 500),
        Column(name="visit_date", type="date", dtype="DATE", distinct=300,
               minimum="2024-01-01", maximum="2024-12-28"),
        whole("patient_id", 1, 60, 60), text("clinic_code", 4, *CLINICS),
        whole("fee", 10, 300, 200), whole("minutes", 5, 60, 55),
    ),
)  # fmt: skip
PATIENTS = Dataset(
    id="p", name="patients.csv", rows=60,
    columns=(
        whole("patient_id", 1, 60, 60), text("name", 60, "Pat 1", "Pat 2"),
        text("sex", 2, "F", "M"), whole("birth_year", 1940, 2010, 50),
        text("city", 3, "Seoul", "Busan", "Daegu"),
    ),
)  # fmt: skip
CLINIC_LIST = Dataset(
    id="c", name="clinics", rows=4,
    columns=(
        text("clinic_code", 4, *CLINICS), text("clinic_name", 4, "Alpha", "Beta", "Gamma", "Delta"),
        text("department", 3, "Cardiology", "Dermatology", "Neurology"), whole("floor", 2, 5, 3),
        whole("region_id", 1, 2, 2),
    ),
)  # fmt: skip
REGIONS = Dataset(
    id="r", name="regions", rows=2,
    columns=(whole("id", 1, 2, 2), text("name", 2, "North", "South")),
)  # fmt: skip
