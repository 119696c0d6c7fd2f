"""What was understood as a form, and the form as options."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions, ParseReport
from cherry_reflex.ui.states.parse_fields import (
    ColumnField,
    ParseField,
    changes_of,
    columns_of,
    fields_of,
)

CSV = ParseReport(
    options=ParseOptions(
        encoding="iso8859-1", delimiter=";", skip_rows=2, header_rows=1, footer_rows=0,
        totals="leave_out", decimal_mark=",", time_zone="Asia/Seoul", months_as_rows=False,
    ),
    guesses=("encoding", "months_as_rows"),
)  # fmt: skip
BOOK = ParseReport(
    options=ParseOptions(sheet="매출", table=2, skip_rows=0, header_rows=1, footer_rows=0), tables=3
)
COLUMNS = (
    Column(name="구분", type="category"),
    Column(name="금액", type="integer", unit="원"),
    Column(name="메모", type="text"),
)


def form_of(fields: list[ParseField], columns: list[ColumnField]) -> dict[str, str]:
    """What a browser sends of the form as it is shown."""
    form = {f.name: f.value for f in fields if f.kind != "switch" or f.value}
    form |= {f"type:{c.place}": c.type for c in columns}
    return form | {f"unit:{c.place}": c.unit for c in columns if c.has_unit}


def test_only_what_a_file_has_is_asked() -> None:
    assert [field.name for field in fields_of(CSV, [])] == [
        "encoding", "delimiter", "skip_rows", "header_rows", "footer_rows", "totals",
        "skip_ragged", "months_as_rows", "decimal_mark", "day_first", "time_zone",
    ]  # fmt: skip
    book = fields_of(BOOK, ["매출", "원본"])
    rows = ["skip_rows", "header_rows", "footer_rows"]
    assert [field.name for field in book] == ["sheet", "table", *rows]
    assert [option.value for option in book[1].options] == ["1", "2", "3", "0"]
    assert [field.name for field in fields_of(BOOK, ["매출"])] == ["table", *rows]
    assert fields_of(ParseReport(options=ParseOptions()), []) == []


def test_guesses_are_marked_and_an_offer_is_none() -> None:
    fields = fields_of(CSV, [])
    assert [field.name for field in fields if field.is_guess] == ["encoding"]


def test_what_is_shown_is_one_of_what_can_be_chosen() -> None:
    for field in (*fields_of(CSV, []), *fields_of(BOOK, ["매출", "원본"])):
        if field.kind == "select":
            assert field.value in [option.value for option in field.options], field.name
    for column in columns_of(COLUMNS):
        assert column.type in column.types
        assert not {"text", "category"} <= set(column.types)


def test_a_form_that_is_not_changed_changes_nothing() -> None:
    for report in (CSV, BOOK):
        fields, columns = fields_of(report, ["매출", "원본"]), columns_of(COLUMNS)
        changes = changes_of(form_of(fields, columns), fields, columns)
        assert changes.model_fields_set == set()


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("encoding", "cp949", {"encoding": "cp949"}),
        ("delimiter", "\t", {"delimiter": "\t"}),
        ("skip_rows", "0", {"skip_rows": 0}),
        ("totals", "keep", {"totals": "keep"}),
        ("skip_ragged", "on", {"skip_ragged": True}),
        ("months_as_rows", "on", {"months_as_rows": True}),
        ("decimal_mark", ".", {"decimal_mark": "."}),
        ("day_first", "false", {"day_first": False}),
        ("time_zone", " UTC ", {"time_zone": "UTC"}),
        ("type:1", "text", {"types": {"금액": "text"}}),
        ("unit:1", "천원", {"units": {"금액": "천원"}}),
    ],
)
def test_what_is_changed_is_said(name: str, given: str, said: dict[str, object]) -> None:
    fields, columns = fields_of(CSV, []), columns_of(COLUMNS)
    changes = changes_of({**form_of(fields, columns), name: given}, fields, columns)
    assert changes.model_dump(exclude_unset=True) == said


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("skip_rows", "-1"), ("header_rows", "9"), ("skip_rows", "9" * 5000), ("totals", "both"),
        ("type:0", "colour"), ("decimal_mark", "'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(name: str, given: str) -> None:
    fields, columns = fields_of(CSV, []), columns_of(COLUMNS)
    with pytest.raises(BadInput) as error:
        changes_of({**form_of(fields, columns), name: given}, fields, columns)
    assert error.value.code == "options_wrong"


def test_what_was_said_before_holds_until_it_is_taken_back() -> None:
    before = ParseOptions(encoding="cp949", types={"a": "text"}, units={"b": "kg"})
    after = before.changed(ParseOptions(types={"c": "date"}, encoding=None))
    assert after == ParseOptions(types={"a": "text", "c": "date"}, units={"b": "kg"})
    assert before.changed(ParseOptions()) == before
