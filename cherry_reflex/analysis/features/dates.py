"""What a model can use of a date."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import read
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    TEMPORAL,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

Part = Literal[
    "year", "quarter", "month", "week", "day", "weekday", "weekend", "hour", "days_since"
]
_DEFAULT: tuple[Part, ...] = ("year", "quarter", "month", "day", "weekday", "weekend", "hour")
_CYCLES = {"month": 12, "weekday": 7, "hour": 24, "day": 31, "quarter": 4, "week": 53}
_CODE = "frame[{column!r}].dt.{part}  # for each of {parts}"


class DateParts(Preparation):
    """Take dates apart into features: year, quarter, month, week, day, weekday, weekend, hour, days
    since a date; optionally as sine and cosine, so that December is close to January."""

    name: ClassVar[str] = "date_parts"
    examples: ClassVar[tuple[str, ...]] = (
        "날짜에서 요일과 월 특성을 만들어줘",
        "주말 여부 변수를 추가해주세요",
        "주문일을 연, 월, 일로 나눠줘",
        "가입 후 경과 일수를 계산해줘",
        "Extract month and weekday features from the date",
        "Add a weekend flag",
        "Split the timestamp into parts",
        "Encode the month cyclically",
    )

    columns: tuple[str, ...] = column_field(
        "Date columns; empty for all.", *TEMPORAL, default=(), many=True
    )
    parts: tuple[Part, ...] = Field(
        default=_DEFAULT, min_length=1, description="Which parts (weekday: 1 is Monday)."
    )
    cyclic: bool = Field(
        default=False, description="Repeating parts as sine and cosine instead of a number."
    )
    since: str = Field(
        default="", description="For days_since: a date such as 2024-01-31; else the earliest."
    )
    keep: bool = Field(default=True, description="Keep the date columns as well.")

    def run(self, tables: Tables) -> Outcome:
        """Take apart. Parts that are the same on every row are left out, and said."""
        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, TEMPORAL)
        frame = read(dataset, columns).frame
        new: dict[str, Any] = {}
        facts: list[Fact] = []
        taken = [c.name for c in dataset.columns]
        for column in columns:
            made: dict[str, Any] = {}
            same: list[str] = []
            for part in dict.fromkeys(self.parts):
                values = self._part(frame[column], part)
                if values.nunique() < 2:
                    same.append(part)
                    continue
                for suffix, form in self._forms(part, values).items():
                    made[free(f"{column}_{part}{suffix}", [*taken, *new, *made])] = form
            new |= made
            params = {"column": column, "names": list(made)}
            facts.append(Fact(key="features.dates", params=params, weight=1.4))
            if same:
                told = {"column": column, "parts": [f"features.{part}" for part in same]}
                facts.append(Fact(key="features.dates_same", params=told))
        code = _CODE.format(column=columns[0], part="month", parts=list(self.parts))
        dropped = () if self.keep else columns
        return added(self, tables, dataset, new, dropped=dropped, facts=facts, code=code)

    def _part(self, dates: Any, part: Part) -> Any:
        import pandas as pd

        if part == "weekday":
            return (dates.dt.weekday + 1).astype("Int64")
        if part == "weekend":
            weekend = (dates.dt.weekday >= 5).astype("Int64")
            return weekend.where(dates.notna())
        if part == "week":
            return dates.dt.isocalendar().week.astype("Int64")
        if part == "days_since":
            try:
                start = pd.Timestamp(self.since) if self.since else dates.min()
            except ValueError as error:
                raise BadInput("feature_date_wrong", value=self.since) from error
            return (dates - start).dt.days.astype("Int64")
        return getattr(dates.dt, part).astype("Int64")

    def _forms(self, part: str, values: Any) -> dict[str, Any]:
        import numpy as np

        if not self.cyclic or part not in _CYCLES:
            return {"": values}
        turn = 2 * np.pi * values.astype("Float64").to_numpy(float, na_value=np.nan) / _CYCLES[part]
        return {"_sin": np.sin(turn), "_cos": np.cos(turn)}
