"""The form of a reading: what is not changed stays as it was written, what is changed is a reading
that Python takes; its words, and what a step is given to be done again."""

import json
import re
from collections.abc import Sequence
from typing import Any, get_args

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.reading.condition import (
    AgainstMean,
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Grain, Number, Today
from cherry_reflex.core.reading.reading import (
    Aggregation,
    ByMeasure,
    Group,
    Horizon,
    Join,
    Measure,
    Order,
    Period,
    Reading,
    Task,
)
from cherry_reflex.core.reading.reply import as_json
from cherry_reflex.i18n.catalogue import entries
from tests.ui_parts.conftest import UI, Run

FARE, AGE, CITY = ColumnRef(name="fare"), ColumnRef(name="age"), ColumnRef(name="도시")
DAY = ColumnRef(name="day", grain="month")
PROFIT = Arithmetic(op="-", left=FARE, right=Arithmetic(op="*", left=AGE, right=Number(value=2)))
SEOUL = Comparison(left=CITY, op="=", right="서울")
COLUMNS = [
    {"name": "fare", "type": "number"},
    {"name": "age", "type": "integer"},
    {"name": "도시", "type": "category"},
    {"name": "day", "type": "date"},
    {"name": "paid", "type": "boolean"},
]
READINGS = [
    Reading(),
    Reading(measures=(Measure(agg="count"),), where=SEOUL, top=3),
    Reading(
        measures=(
            Measure(agg="percentile", of=FARE, p=95),
            Measure(agg="mean", of=PROFIT),
            Measure(agg="rate", when=SEOUL),
            Measure(agg="mean", of=FARE, per=CITY),
        ),
        by=(Group(of=DAY), Group(of=AGE, bins=5), Group(of=AGE, edges=(0, 18), labels=("a", "b"))),
        order=Order(by=ByMeasure(index=1), direction="ascending"),
        having=Comparison(left=MeasureRef(), op=">", right=3),
        per=(CITY,),
        chart="bar",
    ),
    Reading(
        task="rows",
        columns=(FARE, DAY, PROFIT),
        where=All(
            parts=(
                Membership(of=CITY, values=("서울", "a, b")),
                Not(part=TextMatch(of=CITY, text="x")),
                Between(of=FARE, low=1, high=2.5),
                Presence(of=AGE, is_missing=False),
                Not(part=SEOUL),
                AnyOf(parts=(SEOUL, AgainstMean(of=FARE))),
                TopShare(of=FARE, percent=10),
                RelativePeriod(of=ColumnRef(name="day"), which="last", count=3, unit="month"),
                Comparison(left=DAY, op="<", right=Today()),
                Comparison(left=FARE, op="<", right=AGE),
            )
        ),
        order=Order(by=PROFIT),
        rank=2,
    ),
    Reading(
        task="compare_periods",
        joins=(Join(dataset="other", left="id", right="id"),),
        period=Period(of=ColumnRef(name="day"), unit="year"),
        method="pearson",
        export="xlsx",
        horizon=Horizon(count=3, unit="month"),
        also=(Reading(task="rows"),),
    ),
]


@pytest.mark.parametrize("reading", READINGS, ids=range(len(READINGS)))
def test_what_is_not_changed_stays_as_it_was(run: Run, reading: Reading) -> None:
    found = run(
        "readings/form.js",
        "form.readingOf(given.reading, form.formOf(given.reading), given.columns)",
        reading=as_json(reading),
        columns=COLUMNS,
    )
    assert Reading.model_validate(found) == reading


def changed(run: Run, reading: Reading, change: str) -> Reading:
    """Return the reading after a person has changed the form by `change`, a JavaScript statement;
    `set(list, place, fields)` is what a row does."""
    script = f"""(() => {{
      const at = form.formOf(given.reading);
      const set = (list, place, fields) =>
        list.splice(place, 1, {{ ...list[place], ...fields, isChanged: true }});
      {change};
      if (form.incomplete(at).length > 0) throw new Error("incomplete");
      return form.readingOf(given.reading, at, given.columns);
    }})()"""
    found = run("readings/form.js", script, reading=as_json(reading), columns=COLUMNS)
    return Reading.model_validate(found)


def mean(of: Any = FARE, **more: Any) -> Reading:
    return Reading(measures=(Measure(agg="mean", of=of),), **more)


CONDITIONS: list[tuple[str, Condition]] = [
    ("of: 'column:도시', op: '=', value: ' 서울 '", SEOUL),
    ("of: 'column:fare', op: '>=', value: '1,250.5'", Comparison(left=FARE, op=">=", right=1250.5)),
    (
        "of: 'column:fare', op: 'between', value: '1', high: '2'",
        Between(of=FARE, low=1, high=2),
    ),
    (
        "of: 'column:도시', op: 'not in', value: '서울, 부산,'",
        Not(part=Membership(of=CITY, values=("서울", "부산"))),
    ),
    (
        "of: 'column:도시', op: 'contains', value: '서'",
        TextMatch(of=CITY, text="서"),
    ),
    ("of: 'column:age', op: 'missing'", Presence(of=AGE)),
    (
        "of: 'column:paid', op: '=', value: 'TRUE'",
        Comparison(left=ColumnRef(name="paid"), op="=", right=True),
    ),
    (
        "of: 'column:day', op: '=', value: '2024-03'",
        Comparison(left=ColumnRef(name="day"), op="=", right="2024-03"),
    ),
]


@pytest.mark.parametrize(("fields", "condition"), CONDITIONS)
def test_a_condition_is_added(run: Run, fields: str, condition: Condition) -> None:
    added = f"at.where.push({{ ...form.newCondition(given.columns), {fields} }})"
    assert changed(run, mean(), added) == mean(where=condition)
    both = mean(where=AnyOf(parts=(SEOUL, SEOUL)))
    assert changed(run, both, added) == mean(where=AnyOf(parts=(SEOUL, SEOUL, condition)))


CHANGES: list[tuple[Reading, str, Reading]] = [
    (mean(), "set(at.measures, 0, { of: 'column:age' })", mean(AGE)),
    (mean(PROFIT), "set(at.measures, 0, { agg: 'sum' })", Reading(
        measures=(Measure(agg="sum", of=PROFIT),))),
    (mean(), "set(at.measures, 0, { agg: 'count', of: form.ROWS })", Reading(
        measures=(Measure(agg="count"),))),
    (mean(), "at.measures = []", Reading()),
    (
        mean(order=Order()),
        "at.measures = [form.newMeasure(given.columns)]",
        mean(order=Order()),
    ),
    (mean(order=Order(by=ByMeasure(index=0))), "at.measures = []", Reading()),
    (
        mean(by=(Group(of=AGE, bins=5),)),
        "set(at.by, 0, { of: 'column:도시' })",
        mean(by=(Group(of=CITY),)),
    ),
    (
        mean(by=(Group(of=DAY),)),
        "set(at.by, 0, { grain: 'year' })",
        mean(by=(Group(of=ColumnRef(name="day", grain="year")),)),
    ),
    (mean(where=SEOUL), "at.where = []", mean()),
    (
        mean(where=All(parts=(SEOUL, AgainstMean(of=FARE)))),
        "at.join = 'any'",
        mean(where=AnyOf(parts=(SEOUL, AgainstMean(of=FARE)))),
    ),
    (
        mean(where=All(parts=(SEOUL, AgainstMean(of=FARE)))),
        "at.where.splice(0, 1)",
        mean(where=AgainstMean(of=FARE)),
    ),
    (mean(), "at.top = '5'", mean(top=5)),
    (
        mean(),
        "at.order = { ...at.order, by: 'measure:0', direction: 'ascending', isChanged: true }",
        mean(order=Order(by=ByMeasure(index=0), direction="ascending")),
    ),
    (
        mean(),
        "at.task = 'rows'; at.measures = []; at.columns = [form.newColumn(given.columns)]",
        Reading(task="rows", columns=(FARE,)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reading", "change", "expected"), CHANGES, ids=[c for _, c, _ in CHANGES])
def test_what_is_changed_is_what_is_read(
    run: Run, reading: Reading, change: str, expected: Reading
) -> None:
    assert changed(run, reading, change) == expected


def test_rows_that_are_not_complete_are_named(run: Run) -> None:
    found = run(
        "readings/form.js",
        """(() => {
          const at = form.formOf({});
          const bare = form.newCondition(given.columns);
          at.where = [bare, { ...bare, op: "between", value: "1" }, { ...bare, op: "missing" },
            { ...bare, op: "in", value: " , " }, { ...bare, of: "" }];
          at.measures = [{ ...form.newMeasure([]), agg: "mean" }, form.newMeasure([])];
          at.by = [form.newColumn([])];
          return form.incomplete(at).length;
        })()""",
        columns=COLUMNS,
    )
    assert found == 6


def words(run: Run, language: str, readings: Sequence[Reading]) -> list[str]:
    """Return the words of readings as the page writes them."""
    script = f"""(await (async () => {{
      const {{ fill }} = await import({json.dumps((UI / "live" / "slots.js").as_uri())});
      const t = (key, params) => {{
        const text = given.entries[key]?.[given.language];
        if (text === undefined) throw new Error(key);
        return fill(text, params, given.language, (word) => t(word));
      }};
      t.has = (key) => key in given.entries;
      t.language = given.language;
      return given.readings.map((one) => words.readingWords(t, one));
    }})())"""
    shown = {key: text for key, text in entries().items() if key.startswith("ui.")}
    given = {"language": language, "readings": [as_json(one) for one in readings]}
    found: list[str] = run("readings/words.js", script, entries=shown, **given)
    return found


def test_every_part_of_a_reading_has_words_in_both_languages(run: Run) -> None:
    for language in (ENGLISH, KOREAN):
        for said, reading in zip(words(run, language, READINGS), READINGS, strict=True):
            assert "undefined" not in said
            assert "{" not in said
            assert bool(said) == (reading != Reading())
    (english,) = words(run, "en", [mean(by=(Group(of=DAY),), where=SEOUL, top=3)])
    assert english == "Mean: fare · by day (Month) · only where 도시 = 서울 · the first 3"
    (korean,) = words(
        run, "ko", [mean(by=(Group(of=CITY),), where=TextMatch(of=CITY, text="광역시"))]
    )
    assert korean == "fare 평균 · 도시별 · 조건: 도시에 ‘광역시’ 포함"


def test_every_word_of_the_type_is_in_the_catalogue() -> None:
    for group, names in {"agg": Aggregation, "grain": Grain, "task": Task}.items():
        for name in filter(None, get_args(names)):
            if name in ("clean", "features", "model", "report", "broad"):
                continue  # no reading that is computed: others do them
            assert f"ui.reading.{group}.{name}" in entries()


def test_the_sentences_are_there_and_no_other() -> None:
    own = {key for key in entries() if key.startswith(("ui.reading.", "ui.remembered."))}
    sources = [*(UI / "readings").glob("*.js*"), UI / "uploads" / "Remembered.jsx"]
    asked = set()
    for path in sources:
        asked |= set(
            re.findall(
                r"""["'`](ui\.(?:reading|remembered)\.[\w.]+(?:\$\{[^`]*)?)["'`]""",
                path.read_text(),
            )
        )
    plain = {key for key in asked if "$" not in key}
    assert plain <= own
    open_ended = tuple(key[: key.index("$")] for key in asked - plain)
    assert all(any(key.startswith(start) for key in own) for start in open_ended)
    assert {key for key in own - plain if not key.startswith(open_ended)} == set()


ARTIFACT: dict[str, Any] = {
    "meta": {
        "reading": {
            "sentence": "s",
            "reading": {"measures": [{"agg": "mean", "of": {"kind": "column", "name": "age"}}]},
            "alternatives": [{"reading": {"top": 1}}, {"reading": {"top": 2}}],
            "words": {"paid": "age"},
        },
        "redo": {"operation": "query", "arguments": {"dataset": "d"}, "call": "c2", "slots": {}},
    }
}


def call(name: str, call_id: str, **given: Any) -> dict[str, Any]:
    return {"kind": "call", "name": name, "call": call_id, "ok": True, "arguments": given}


def test_a_step_is_given_the_other_reading_and_keeps_what_was_offered(run: Run) -> None:
    told = ARTIFACT["meta"]["reading"]
    found = run(
        "readings/stepArguments.js",
        "stepArguments.argumentsOf(given.lane, given.artifact, given.reading)",
        lane={"items": [call("query", "c2")]},
        artifact=ARTIFACT,
        reading={"top": 2},
    )
    assert found == {
        "operation": "query",
        "dataset": "d",
        "reading": {"top": 2},
        "alternatives": [told["reading"], {"top": 1}],
        "words": {"paid": "age"},
    }


def test_beside_others_the_operation_that_made_it_is_changed(run: Run) -> None:
    lane = {"items": [call("sum", "c1", by="x"), call("query", "c2", top=9), {"kind": "text"}]}
    found = run(
        "readings/stepArguments.js",
        "stepArguments.argumentsOf(given.lane, given.artifact, { top: 1 })",
        lane=lane,
        artifact=ARTIFACT,
    )
    assert found["operations"][0] == {"operation": "sum", "by": "x"}
    assert found["operations"][1]["reading"] == {"top": 1}
