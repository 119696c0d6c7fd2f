"""Countries or states of the USA, coloured by a number."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.results.artifacts import plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import How
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import GROUPING, NUMERIC, Fact, Outcome, Tables, column_field

Kind = Literal["countries", "states"]
_NAMED_MAX = 5
_LEAST = 0.5
"""Share of the names that must be regions: a column of other words is no map."""


class RegionMap(Filtered):
    """Draw a map of regions coloured by a measure (choropleth): countries of the world or states of
    the USA, by their names (English, Korean) or codes."""

    name: ClassVar[str] = "region_map"
    examples: ClassVar[tuple[str, ...]] = (
        "국가별 매출을 세계 지도에 색으로 나타내줘",
        "나라별 인구를 단계구분도로 그려주세요",
        "미국 주별 평균 소득을 지도에 색칠해줘",
        "Choropleth map of sales by country",
        "Colour the countries by population",
        "Shade the US states by average income",
    )

    region: str = column_field("Column of countries or US states: names or codes.", *GROUPING)
    value: str = column_field(
        "The number that colours the regions; empty counts rows.", *NUMERIC, default=""
    )
    how: How = Field("sum", description="How the rows of a region are put together.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when the value cannot be put together so."""
        super().check(tables)
        value = tables.get(self.dataset).column(self.value) if self.value else None
        measures.check(value, self.how if self.value else "count")

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_regions` when the names are no regions."""
        with open_source(self, tables) as source:
            how = self.how if self.value else "count"
            heading = measures.heading_of(source, self.value, how)
            title = source.say("title.by", heading=heading, groups=self.region)
            value, region = measures.sql(self.value, how), ident(self.region)
            sql = (
                f"SELECT {region}::VARCHAR AS {region}, {value} AS {ident(heading)} "
                f"{source.of(f'{region} IS NOT NULL')} GROUP BY 1 HAVING {value} IS NOT NULL "
                "ORDER BY 2 DESC, 1"
            )
            table = source.table(source.say("charts.table", title=title), sql)
            rows = source.all("SELECT * FROM result")
            if not rows:
                raise BadInput("chart_empty", columns=self.region)
            found = _placed(str(row[0]) for row in rows)
            drawn = [row for row in rows if str(row[0]) in found.codes]
            unknown = [str(row[0]) for row in rows if str(row[0]) not in found.codes]
            codes = [found.codes[str(row[0])] for row in drawn]
            if len(drawn) < len(rows) * _LEAST:
                raise BadInput("chart_regions", column=self.region, names=_named(unknown))
            if len(set(codes)) < len(codes):
                twice = [str(r[0]) for r, c in zip(drawn, codes, strict=True) if codes.count(c) > 1]
                raise BadInput("chart_regions_twice", column=self.region, names=_named(twice))
            trace = {
                "type": "choropleth",
                "locationmode": "ISO-3" if found.kind == "countries" else "USA-states",
                "locations": codes,
                "z": plain(row[1] for row in drawn),
                "text": [str(row[0]) for row in drawn],
                "colorbar": {"title": {"text": heading}, "thickness": 12},
                "hovertemplate": "%{text}: %{z}<extra></extra>",
            }
            best, worst = drawn[0], drawn[-1]
            told: dict[str, Any] = {
                "heading": heading,
                "count": len(drawn),
                "best": str(best[0]),
                "high": float(best[1]),
                "worst": str(worst[0]),
                "low": float(worst[1]),
            }
            facts = [Fact(key="charts.regions", params=told, weight=2.0)]
            if unknown:
                left = {"count": len(unknown), "names": _named(unknown)}
                facts.append(Fact(key="charts.regions_unknown", params=left, weight=1.9))
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    [trace],
                    {"geo": _geo(found.kind), "height": 420},
                    table,
                    description=source.say("charts.alt.regions", **told),
                    chosen={"region": self.region, "value": self.value, "how": how},
                    facts=facts,
                ),
            )


@dataclass(frozen=True)
class _Placed:
    kind: Kind
    codes: dict[str, str]
    """Of each name that is a region, its code on the outlines."""


def _placed(names: Iterable[str]) -> _Placed:
    """Return the names' regions: of the kind that more of them are of."""
    wanted = list(names)
    kinds: tuple[Kind, ...] = ("countries", "states")
    every = [
        _Placed(kind, {n: code for n in wanted if (code := _codes(kind).get(_key(n)))})
        for kind in kinds
    ]
    return max(every, key=lambda one: len(one.codes))


@cache
def _codes(kind: Kind) -> dict[str, str]:
    """Return codes by names: English and Korean ones of the CLDR, codes of ISO 3166."""
    path = Path(__file__).with_name("regions.json")
    known: dict[str, list[str]] = json.loads(path.read_text("utf-8"))[kind]
    return {_key(name): code for code, names in known.items() for name in (*names, code)}


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _named(names: list[str]) -> str:
    return ", ".join(names[:_NAMED_MAX]) + (" …" if len(names) > _NAMED_MAX else "")


def _geo(kind: Kind) -> dict[str, Any]:
    common = {"showland": True, "showlakes": True, "showcoastlines": True}
    if kind == "states":
        return {"scope": "usa", "resolution": 110, "showsubunits": True, **common}
    return {
        "scope": "world",
        "resolution": 110,
        "projection": {"type": "equal earth"},
        "showcountries": True,
        "showocean": True,
        "lataxis": {"range": [-58, 84]},
        **common,
    }
