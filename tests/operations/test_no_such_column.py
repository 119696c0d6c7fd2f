"""A column that is not there is said, with those that are."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from cherry_reflex.i18n.catalogue import text
from tests.operations.bad_tables import TABLES, arguments, profiled
from tests.operations.everyone import OPERATIONS


@pytest.mark.parametrize(
    "name", [n for n, kind in OPERATIONS.items() if "x-column" in str(kind.model_json_schema())]
)
def test_no_such_column_is_said_with_those_that_there_are(name: str, tmp_path: Path) -> None:
    dataset = profiled(TABLES["ordinary"](), tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path, conversation_files=tmp_path)
    for given in arguments(OPERATIONS[name], dataset):
        wrong = {
            key: ["Umsatz"] if isinstance(value, list) else "Umsatz"
            for key, value in given.items()
            if "x-column" in OPERATIONS[name].model_json_schema()["properties"][key]
        }
        if not wrong:
            continue
        try:
            operation = OPERATIONS[name].model_validate(given | wrong)
        except ValidationError:
            continue
        with pytest.raises(BadInput) as caught:
            operation.check(tables)
        assert caught.value.code == "column_unknown", caught.value
        assert "amount" in text("error.column_unknown", KOREAN, **caught.value.params)
