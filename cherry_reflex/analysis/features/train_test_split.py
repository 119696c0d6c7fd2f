"""Rows parted into a training and a test set."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.results.versions import new_file, version
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    TEMPORAL,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS_MIN = 4


class SplitRows(Preparation):
    """Split a table into a training and a test set: at random, with equal shares of a column's
    groups in both (stratified), or by time with the latest rows as the test set."""

    name: ClassVar[str] = "split_rows"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터를 훈련용과 테스트용으로 나눠줘",
        "8대 2로 학습/검증 데이터를 분할해주세요",
        "등급 비율을 유지하면서 나눠줘",
        "최근 데이터를 테스트셋으로 떼어줘",
        "Split the data into train and test",
        "Hold out 20 percent for testing",
        "Make a stratified split by churn",
        "Use the latest rows as the test set",
    )

    test_share: float = Field(0.2, gt=0, lt=1, description="Share of rows in the test set.")
    stratify: str = column_field("Column whose shares stay equal in both.", *GROUPING, default="")
    time: str = column_field(
        "Date column: the latest rows are the test set.", *TEMPORAL, default=""
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute. Random splits start from a fixed seed: the same call gives the same rows."""
        import numpy as np
        import pyarrow.parquet as pq

        if self.stratify and self.time:
            raise BadInput("split_two_ways", stratify=self.stratify, time=self.time)
        dataset = tables.get(self.dataset)
        data = pq.read_table(tables.path(dataset))
        wanted = round(data.num_rows * self.test_share)
        if data.num_rows < ROWS_MIN or not 0 < wanted < data.num_rows:
            raise BadInput("rows_few", count=data.num_rows, least=ROWS_MIN)
        test = self._latest(data, wanted) if self.time else self._random(data, wanted)
        train = np.setdiff1d(np.arange(data.num_rows), test)
        steps = [{"name": self.name, "arguments": self.model_dump(mode="json")}]
        made = []
        for part, rows in (("train", train), ("test", np.sort(test))):
            path = new_file(tables)
            pq.write_table(data.take(rows), path)
            made.append(version(path, f"{dataset.name}_{part}", [dataset], steps=steps))
        way = "time" if self.time else "stratified" if self.stratify else "random"
        params = {
            "name": dataset.name, "train": len(train), "test": len(test), "way": way,
            "share": len(test) / data.num_rows,
        }  # fmt: skip
        stratify = f", stratify=df[{self.stratify!r}]" if self.stratify else ""
        code = (
            f"df = df.sort_values({self.time!r})\n"
            f"train, test = df[: {len(train)}], df[{len(train)} :]"
            if self.time
            else f"train_test_split(df, test_size={len(test)}, random_state={SEED}{stratify})"
        )
        return Outcome(
            facts=(Fact(key="prep_split", params=params, weight=2),),
            artifacts=tuple(made),
            code=code,
            code_language="python",
        )

    def _latest(self, data: "pa.Table", wanted: int) -> "np.ndarray":
        """Rows with the latest times; a missing time counts as early, ties keep their order."""
        import numpy as np
        import pyarrow.compute as pc

        order = pc.sort_indices(data, [(self.time, "ascending", "at_start")])
        return np.asarray(order)[-wanted:]

    def _random(self, data: "pa.Table", wanted: int) -> "np.ndarray":
        import numpy as np
        from sklearn.model_selection import train_test_split

        labels = None
        if self.stratify:
            texts = data.column(self.stratify).cast("string").fill_null("")
            labels = np.asarray(texts.to_pylist(), dtype=object)
            names, counts = np.unique(labels.astype(str), return_counts=True)
            if counts.min() < 2:
                raise BadInput(
                    "split_group_single", column=self.stratify, name=str(names[counts.argmin()])
                )
            if min(wanted, data.num_rows - wanted) < len(names):
                raise BadInput("split_groups_many", column=self.stratify, count=len(names))
        rows = np.arange(data.num_rows)
        _, test = train_test_split(rows, test_size=wanted, random_state=SEED, stratify=labels)
        return np.asarray(test)
