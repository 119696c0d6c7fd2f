"""Products, ratios and squares of numeric columns."""

from itertools import combinations, permutations
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import read
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

Kind = Literal["product", "ratio", "difference", "square"]
COLUMNS_MAX = 12


class AddInteractions(Preparation):
    """Add products, ratios, differences or squares of numeric columns, so that a linear model can
    see how they act together."""

    name: ClassVar[str] = "add_interactions"
    examples: ClassVar[tuple[str, ...]] = (
        "변수 사이의 상호작용 항을 만들어줘",
        "가격과 수량의 곱 특성을 추가해주세요",
        "제곱항을 추가해줘",
        "두 변수의 비율 특성을 만들어줘",
        "Add interaction terms",
        "Create products of price and quantity",
        "Add squared terms",
        "Add ratios between the numeric features",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns (at most 12); empty for all.", *NUMERIC, default=(), many=True
    )
    kinds: tuple[Kind, ...] = Field(
        default=("product",), min_length=1, description="What is computed of each pair or column."
    )
    target: str = column_field(
        "The column that will be predicted, if any: it is left out.", default=""
    )

    def run(self, tables: Tables) -> Outcome:
        """Add them. Raises BadInput `feature_columns_many`, `feature_columns_few`."""
        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, NUMERIC, but=[self.target])
        if len(columns) > COLUMNS_MAX:
            raise BadInput("feature_columns_many", count=len(columns), limit=COLUMNS_MAX)
        if len(columns) < 2 and set(self.kinds) != {"square"}:
            raise BadInput("feature_columns_few", count=len(columns))
        if self.target in columns:
            raise BadInput("feature_target_used", column=self.target)
        frame = read(dataset, columns).frame.astype("float64")
        new: dict[str, Any] = {}
        taken = [c.name for c in dataset.columns]
        divided = 0
        for kind in dict.fromkeys(self.kinds):
            for name, values in _made(frame, columns, kind):
                new[free(name, [*taken, *new])] = values
            if kind == "ratio":
                divided = int((frame == 0).sum().sum())
        params = {"count": len(new), "names": list(new)[:12], "columns": columns}
        facts = [Fact(key="features.interactions", params=params, weight=1.4)]
        if divided:
            facts.append(Fact(key="features.divided_by_zero", params={"count": divided}))
        code = f"frame[a] * frame[b]  # for each pair a, b of {columns}; kinds: {list(self.kinds)}"
        return added(self, tables, dataset, new, facts=facts, code=code)


def _made(frame: Any, columns: list[str], kind: Kind) -> list[tuple[str, Any]]:
    import numpy as np

    if kind == "square":
        return [(f"{a}_squared", frame[a] ** 2) for a in columns]
    if kind == "product":
        return [(f"{a}_x_{b}", frame[a] * frame[b]) for a, b in combinations(columns, 2)]
    if kind == "difference":
        return [(f"{a}_minus_{b}", frame[a] - frame[b]) for a, b in combinations(columns, 2)]
    return [
        (f"{a}_per_{b}", frame[a] / frame[b].replace(0, np.nan))
        for a, b in permutations(columns, 2)
    ]
