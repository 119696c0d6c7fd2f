"""Numbers brought to comparable ranges."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import SEED, read
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

How = Literal["standard", "min_max", "robust", "log", "power", "rank"]
_CODE = {
    "standard": "StandardScaler().fit_transform(frame[{columns}])",
    "min_max": "MinMaxScaler().fit_transform(frame[{columns}])",
    "robust": "RobustScaler().fit_transform(frame[{columns}])",
    "log": "np.log1p(frame[{columns}])",
    "power": "PowerTransformer('yeo-johnson').fit_transform(frame[{columns}])",
    "rank": "QuantileTransformer(random_state={seed}).fit_transform(frame[{columns}])",
}
_QUANTILES = 1000


class ScaleNumbers(Preparation):
    """Scale numeric columns: standard (mean 0, deviation 1), min_max (0 to 1), robust (median and
    quartiles), log, power (Yeo-Johnson) or rank (even quantiles)."""

    name: ClassVar[str] = "scale_numbers"
    examples: ClassVar[tuple[str, ...]] = (
        "숫자 열을 표준화해줘",
        "0과 1 사이로 정규화해주세요",
        "매출을 로그 변환해줘",
        "이상치에 강한 방식으로 스케일링해줘",
        "Standardise the numeric columns",
        "Scale the features to 0-1",
        "Log transform the income",
        "Apply robust scaling",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns; empty for all.", *NUMERIC, default=(), many=True
    )
    how: How = Field(default="standard", description="The kind of scaling.")
    target: str = column_field(
        "The column that will be predicted, if any: it is left alone.", default=""
    )
    keep: bool = Field(
        default=False, description="Add new columns and keep the originals as they are."
    )

    def run(self, tables: Tables) -> Outcome:
        """Scale; missing values stay missing."""
        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, NUMERIC, but=[self.target])
        frame = read(dataset, columns).frame.astype("float64")
        facts: list[Fact] = []
        flat = [name for name in columns if frame[name].nunique() < 2]
        if flat:
            facts.append(Fact(key="features.flat", params={"columns": flat}, weight=1.3))
        usable = [name for name in columns if name not in flat]
        if self.how == "log" and (negative := [n for n in usable if frame[n].min() < 0]):
            facts.append(
                Fact(key="features.log_negative", params={"columns": negative}, weight=1.6)
            )
            usable = [name for name in usable if name not in negative]
        new: dict[str, Any] = {}
        taken = [c.name for c in dataset.columns]
        if usable:
            values = self._scaled(frame[usable])
            for place, name in enumerate(usable):
                new[free(f"{name}_{self.how}", taken) if self.keep else name] = values[:, place]
            params = {"columns": usable[:20], "how": f"features.{self.how}"}
            facts.append(Fact(key="features.scaled", params=params, weight=1.5))
            if self.how != "log":
                facts.append(Fact(key="features.fit_all"))
        code = _CODE[self.how].format(columns=usable, seed=SEED)
        return added(self, tables, dataset, new, facts=facts, code=code)

    def _scaled(self, frame: Any) -> Any:
        import numpy as np
        from sklearn import preprocessing

        if self.how == "log":
            return np.log1p(frame.to_numpy())
        scaler = {
            "standard": preprocessing.StandardScaler,
            "min_max": preprocessing.MinMaxScaler,
            "robust": preprocessing.RobustScaler,
            "power": preprocessing.PowerTransformer,
            "rank": preprocessing.QuantileTransformer,
        }[self.how]
        more = (
            {"n_quantiles": min(_QUANTILES, len(frame)), "random_state": SEED}
            if self.how == "rank"
            else {}
        )
        return scaler(**more).fit_transform(frame.to_numpy())
