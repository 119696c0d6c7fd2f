"""Where rows are: latitude and longitude on the outlines of land and countries."""

import math
from typing import Any, ClassVar

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.charts.sampled_rows import (
    SampledRows,
    floats,
    group_names,
    rows_table,
    sampled_rows,
)
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)

_ROWS_MAX = 4_000
_DEGREE_DIGITS = 9
_SMALLEST_PX, _LARGEST_PX = 5, 34
_PLACE_PX, _WORLD_PX = 520, 400
_OUTLINED_DEG = 1.5
"""Least extent that outlines tell something about; the finest that we have are 1:50 million."""
_WORLD_DEG, _FINE_DEG = 120.0, 60.0
_WEB_DEG = 75.0
"""Beyond this latitude, and over half of the world, Mercator's areas mislead."""


class PlaceMap(Filtered):
    """Draw a map of places from latitude and longitude: points coloured by groups or by a number,
    sized by a number. North is up; shapes are true, and of the whole world areas are."""

    name: ClassVar[str] = "place_map"
    examples: ClassVar[tuple[str, ...]] = (
        "위도와 경도로 매장 위치를 지도에 표시해줘",
        "도시별 인구를 지도에 그려줘",
        "지진이 일어난 곳을 지도에서 보여주세요",
        "Map the stores by latitude and longitude",
        "Where are the earthquakes? Show a map",
        "Plot the airports on a map, sized by flights",
    )

    latitude: str = column_field("Column of latitudes in degrees.", *NUMERIC)
    longitude: str = column_field("Column of longitudes in degrees.", *NUMERIC)
    size: str = column_field(
        "A number that sizes the points; empty for none.", *NUMERIC, default=""
    )
    color: str = column_field(
        "A number or a column of groups that colours the points; empty for none.",
        *NUMERIC,
        *GROUPING,
        default="",
    )

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_degrees` when values are no coordinates."""
        with open_source(self, tables) as source:
            grouped = bool(self.color) and source.column(self.color).type not in NUMERIC
            names = [self.latitude, self.longitude, self.size, self.color]
            found = sampled_rows(source, names, _ROWS_MAX, self.color if grouped else "")
            latitude, longitude = self.latitude, self.longitude
            swapped = _far(found, latitude) > 90 >= _far(found, longitude)
            if swapped:
                latitude, longitude = longitude, latitude
            if _far(found, latitude) > 90 or _far(found, longitude) > 360:
                raise BadInput("chart_degrees", latitude=self.latitude, longitude=self.longitude)
            north, east = floats(found.columns[latitude]), floats(found.columns[longitude])
            title = source.say("charts.title.place", dataset=source.dataset.name)
            colors = group_names(found, self.color, source) if grouped else [""]
            outlined = max(_span(north), _span(east)) >= _OUTLINED_DEG
            data = [
                self._trace(
                    found.where(self.color, c) if grouped else found,
                    c,
                    (latitude, longitude),
                    outlined=outlined,
                )
                for c in colors
            ]
            layout: dict[str, Any] = {
                **(_globe(north, east) if outlined else _plane(north, latitude, longitude)),
                "showlegend": grouped,
                "height": _WORLD_PX if outlined and _is_wide(north, east) else _PLACE_PX,
            }
            told = {
                "count": found.used,
                "south": min(north),
                "north": max(north),
                "west": min(east),
                "east": max(east),
            }
            facts = [Fact(key="charts.places", params=told, weight=1.5), *found.facts()]
            if swapped:
                params: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
                facts.append(Fact(key="charts.swapped", params=params, weight=2.5))
            if self.size:
                sizes = floats(found.columns[self.size])
                place = max(range(len(sizes)), key=lambda n: sizes[n])
                params = {
                    "column": self.size,
                    "value": sizes[place],
                    "north": north[place],
                    "east": east[place],
                }
                facts.append(Fact(key="charts.place_largest", params=params, weight=2.0))
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    rows_table(source, title, found),
                    description=source.say("charts.alt.place", **told),
                    chosen={
                        "latitude": latitude,
                        "longitude": longitude,
                        "size": self.size,
                        "color": self.color,
                    },
                    facts=facts,
                    sample=found.part,
                ),
            )

    def _trace(
        self, part: SampledRows, name: str, degrees: tuple[str, str], *, outlined: bool
    ) -> dict[str, Any]:
        marker: dict[str, Any] = {"size": 7, "opacity": 0.7}
        if self.size:
            sizes = floats(part.columns[self.size])
            marker |= {
                "size": plain(max(0.0, s) for s in sizes),
                "sizemode": "area",
                "sizemin": _SMALLEST_PX,
                "sizeref": 2 * max(max(sizes), 1e-9) / _LARGEST_PX**2,
            }
        if self.color and not name:
            marker |= {
                "color": plain(floats(part.columns[self.color])),
                "showscale": True,
                "colorbar": {"title": {"text": self.color}},
            }
        latitudes, longitudes = (plain(floats(part.columns[c]), _DEGREE_DIGITS) for c in degrees)
        trace = {"mode": "markers", "name": name, "marker": marker}
        if outlined:
            return {"type": "scattergeo", "lat": latitudes, "lon": longitudes, **trace}
        kind = "scattergl" if part.used > 1_000 else "scatter"
        return {"type": kind, "x": longitudes, "y": latitudes, **trace}


def _globe(north: list[float], east: list[float]) -> dict[str, Any]:
    """Return the layout of a map with outlines, as large as the places need."""
    wide = _is_wide(north, east)
    far = max(map(abs, north)) > _WEB_DEG
    geo: dict[str, Any] = {
        "scope": "world",
        "resolution": 50 if max(_span(east), _span(north)) < _FINE_DEG else 110,
        "projection": {"type": "equal earth" if wide or far else "mercator"},
        "showland": True,
        "showocean": True,
        "showlakes": True,
        "showcountries": True,
        "showcoastlines": True,
        "lonaxis": {"showgrid": True},
        "lataxis": {"showgrid": True},
    }
    if wide:
        geo["lonaxis"]["range"] = [-180, 180]
        geo["lataxis"]["range"] = [min(-58, min(north) - 2), max(84, max(north) + 2)]
    else:
        geo["fitbounds"] = "locations"
    return {"geo": geo}


def _plane(north: list[float], latitude: str, longitude: str) -> dict[str, Any]:
    """Return the layout of a small place: plain axes, distances true to scale."""
    shrink = max(0.1, math.cos(math.radians((min(north) + max(north)) / 2)))
    # A degree of longitude is shorter than one of latitude by the cosine of the latter.
    scale = {"scaleanchor": "x", "scaleratio": float(f"{1 / shrink:.6g}")}
    return {
        "xaxis": axis(longitude, ticksuffix="°"),
        "yaxis": axis(latitude, ticksuffix="°", **scale),
    }


def _is_wide(north: list[float], east: list[float]) -> bool:
    return _span(east) > _WORLD_DEG or _span(north) > _WORLD_DEG


def _span(values: list[float]) -> float:
    return max(values) - min(values)


def _far(found: SampledRows, name: str) -> float:
    return max(abs(value) for value in floats(found.columns[name]))
