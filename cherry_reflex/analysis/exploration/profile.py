"""The profile of a table: every column's values, gaps and range, and what is odd about them."""

from typing import Any, ClassVar

from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Fact, Outcome, Tables

_COLUMNS_AT_ONCE = 40
_TOLD = 3
_SKEWED = 2.0
_STATISTICS = 9
_MODE_DISTINCT_MAX = 20_000
"""With more different values the most frequent one says nothing and costs much."""


class Profile(Filtered):
    """Describes a whole table: rows, columns and their types, missing and distinct values, ranges,
    averages and most frequent values of every column, duplicated rows, constant columns and
    identifiers."""

    name: ClassVar[str] = "profile"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터의 전반적인 특징을 알려줘",
        "이 데이터는 어떤 구조야?",
        "컬럼별 기초 통계를 보여주세요",
        "데이터 품질을 점검해줘",
        "중복된 행이 있나요?",
        "데이터를 탐색해줘",
        "What does this data look like?",
        "Give me an overview of the dataset",
        "Profile every column",
        "Check the quality of the data",
        "Are there duplicated rows?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute the profile of every column."""
        with open_source(self, tables) as source:
            columns = source.dataset.columns
            rows: list[dict[str, Any]] = []
            for start in range(0, len(columns), _COLUMNS_AT_ONCE):
                if start:
                    told = {"number": start, "count": len(columns)}
                    progress(source.text("agent.progress_columns", **told))
                rows += _profiles(source, columns[start : start + _COLUMNS_AT_ONCE])
            title = source.say("title.profile", dataset=source.dataset.name)
            headings = {key: source.say(f"heading.{key}") for key in rows[0]}
            listed = {
                heading: [_shown(source, key, row[key]) for row in rows]
                for key, heading in headings.items()
            }
            code = f"SUMMARIZE SELECT * {source.of()}"
            table = source.listed(title, listed, code=code, language="sql")
            (table,) = hand_over(table)
            duplicates = _duplicates(source)
            facts = (*_told(source, rows, duplicates), *source.facts())
        return Outcome(facts=facts, artifacts=(table,), code=code, code_language="sql")


def _profiles(source: Source, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    wanted: list[str] = []
    for column in columns:
        name = ident(column.name)
        number = f"{name}::DOUBLE" if column.type in NUMERIC else "NULL::DOUBLE"
        ordered = name if column.type in (*NUMERIC, *TEMPORAL) else "NULL"
        wanted += [
            f"count({name})",
            f"approx_count_distinct({name})",
            f"min({ordered})::VARCHAR",
            f"max({ordered})::VARCHAR",
            f"avg({number})",
            f"median({number})",
            f"stddev_samp({number})",
            f"skewness({number})",
            f"mode({name})::VARCHAR" if column.distinct <= _MODE_DISTINCT_MAX else "NULL",
        ]
    found = source.one(f"SELECT {', '.join(wanted)} {source.of()}")
    profiles = []
    for place, column in enumerate(columns):
        part = found[place * _STATISTICS : (place + 1) * _STATISTICS]
        present, about, low, high, mean, median, deviation, skew, frequent = part
        distinct = _distinct(source, column, int(about))
        profiles.append(
            {
                "column": column.name,
                "type": column.type,
                "missing": source.rows - int(present),
                "missing_share": 1 - int(present) / source.rows,
                "distinct_of": min(distinct, int(present)),
                "minimum": low,
                "maximum": high,
                "mean_of": mean,
                "median_of": median,
                "deviation": deviation,
                "skewness": _finite(skew),
                "frequent": frequent,
            }
        )
    return profiles


def _distinct(source: Source, column: Column, about: int) -> int:
    """The estimate is off by a few percent: where it matters (few values, or all) count exactly,
    unless the dataset's own profile has done so."""
    if not source.filters and 0 < column.distinct < source.rows * 0.8:
        return column.distinct
    if about > 1000 and about < source.rows * 0.8:
        return about
    return int(source.one(f"SELECT count(DISTINCT {ident(column.name)}) {source.of()}")[0])


def _duplicates(source: Source) -> int:
    names = ", ".join(ident(column.name) for column in source.dataset.columns)
    found = source.one(f"SELECT count(*) - count(DISTINCT hash({names})) {source.of()}")
    return int(found[0])


def _shown(source: Source, key: str, value: Any) -> Any:
    return source.say(f"word.{value}") if key == "type" else value


def _finite(value: Any) -> Any:
    usable = isinstance(value, float) and value == value and abs(value) != float("inf")
    return value if usable else None


def _told(source: Source, rows: list[dict[str, Any]], duplicates: int) -> list[Fact]:
    kinds = [column.type for column in source.dataset.columns]
    size = {
        "rows": source.rows,
        "columns": len(rows),
        "numbers": sum(kind in NUMERIC for kind in kinds),
        "categories": sum(kind in ("category", "text", "boolean") for kind in kinds),
        "dates": sum(kind in TEMPORAL for kind in kinds),
        "dataset": source.dataset.name,
    }
    facts = [Fact(key="profile.size", params=size, weight=1.0)]
    gaps = sorted((r for r in rows if r["missing"]), key=lambda r: -r["missing"])
    cells = sum(row["missing"] for row in gaps)
    if gaps:
        share = cells / (source.rows * len(rows))
        params = {"columns": len(gaps), "cells": cells, "share": share}
        facts.append(Fact(key="profile.missing", params=params, weight=0.9))
        for row in gaps[:_TOLD]:
            params = {"column": row["column"], "missing": row["missing"]}
            params["share"] = row["missing_share"]
            facts.append(Fact(key="profile.missing_in", params=params, weight=0.85))
    else:
        facts.append(Fact(key="profile.complete", params={"rows": source.rows}, weight=0.9))
    if duplicates:
        params = {"duplicates": duplicates, "rows": source.rows}
        facts.append(Fact(key="profile.duplicates", params=params, weight=0.88))
    else:
        facts.append(Fact(key="profile.no_duplicates", params={"rows": source.rows}, weight=0.4))
    facts += _odd(source, rows)
    return facts


def _odd(source: Source, rows: list[dict[str, Any]]) -> list[Fact]:
    facts = []
    for row in rows:
        name, distinct = row["column"], row["distinct_of"]
        if distinct <= 1 and source.rows > 1:
            key = "profile.constant" if distinct else "profile.void"
            facts.append(Fact(key=key, params={"column": name}, weight=0.8))
    unique = [
        r["column"]
        for r in rows
        if r["distinct_of"] == source.rows > 20 and r["type"] in ("text", "integer")
    ]
    if unique:
        facts.append(Fact(key="profile.unique", params={"columns": unique[:_TOLD]}, weight=0.5))
    skewed = sorted(
        (r for r in rows if r["skewness"] is not None and abs(r["skewness"]) > _SKEWED),
        key=lambda r: -abs(r["skewness"]),
    )
    for row in skewed[:_TOLD]:
        key = "profile.skewed_right" if row["skewness"] > 0 else "profile.skewed_left"
        params = {"column": row["column"], "mean": row["mean_of"], "median": row["median_of"]}
        units = source.units(row["column"], "mean", "median")
        facts.append(Fact(key=key, params=params, weight=0.6, units=units))
    for row in rows:
        if row["type"] in TEMPORAL and row["minimum"]:
            params = {"column": row["column"], "first": row["minimum"], "last": row["maximum"]}
            facts.append(Fact(key="profile.dates", params=params, weight=0.7))
    for row in [r for r in rows if r["type"] in NUMERIC and r["distinct_of"] > 1][:6]:
        params = {k: row[k] for k in ("column", "minimum", "maximum")}
        params |= {"mean": row["mean_of"], "median": row["median_of"]}
        params |= {"minimum": float(row["minimum"]), "maximum": float(row["maximum"])}
        units = source.units(row["column"], "minimum", "maximum", "mean", "median")
        facts.append(Fact(key="profile.range", params=params, weight=0.55, units=units))
    return facts
