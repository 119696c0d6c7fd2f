"""The whole cleaning of a table: all steps in an order in which each helps the next."""

from typing import ClassVar, Literal, get_args

from pydantic import Field

from cherry_reflex.analysis.cleaning.categories import UnifyCategories
from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.cleaning.dates import UnifyDates
from cherry_reflex.analysis.cleaning.duplicates import RemoveDuplicates
from cherry_reflex.analysis.cleaning.missing import Fill, FillMissing, Strategy, treated
from cherry_reflex.analysis.cleaning.numbers import FixTypes
from cherry_reflex.analysis.cleaning.outliers import Action, HandleOutliers
from cherry_reflex.analysis.cleaning.step import CleaningStep, cleaned
from cherry_reflex.analysis.cleaning.tidy import TidyText
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome, Preparation, Tables

StepName = Literal["text", "types", "dates", "categories", "duplicates", "outliers", "missing"]


class Clean(Preparation):
    """Clean a table in one go: tidy text, fix types, unify dates and categories, remove
    duplicates, count or treat outliers, fill missing values. Every change is counted and listed;
    the original stays as it is."""

    name: ClassVar[str] = "clean"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터를 정리해줘",
        "데이터 클리닝을 해주세요",
        "분석하기 좋게 데이터를 정제해줘",
        "지저분한 데이터를 깨끗하게 만들어줘",
        "결측치, 중복, 이상치를 한 번에 처리해줘",
        "무엇을 고칠 수 있는지 먼저 보여줘",
        "Clean the data",
        "Clean up this messy table",
        "Fix all quality problems in the dataset",
        "Prepare the data for analysis",
        "Show me what cleaning would change first",
    )

    steps: tuple[StepName, ...] = Field(
        default=get_args(StepName),
        description="Which steps to do (always in the same sensible order).",
        min_length=1,
    )
    missing: Strategy = Field(
        default="auto", description="What to do with missing values; see fill_missing."
    )
    fills: tuple[Fill, ...] = Field(
        default=(), description="Other treatments of missing values for single columns."
    )
    outliers: Action = Field(
        default="keep",
        description="What to do with outliers: keep (only count), winsorise, drop, flag, missing.",
    )
    keys: tuple[str, ...] = Field(
        default=(),
        description="Columns whose values make rows duplicates; empty for all columns.",
        json_schema_extra={"x-column": [], "x-many": True},
    )
    preview: bool = Field(
        default=False, description="Only tell what would be changed; change nothing."
    )

    def check(self, tables: Tables) -> None:
        """Check the columns. Raises BadInput."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        for fill in self.fills:
            if dataset.column(fill.column) is None:
                names = ", ".join(c.name for c in dataset.columns[:60])
                raise BadInput(
                    "column_unknown", column=fill.column, dataset=dataset.name, columns=names
                )

    def run(self, tables: Tables) -> Outcome:
        """Do the steps."""
        dataset = tables.get(self.dataset)
        ways: dict[StepName, CleaningStep] = {
            "text": TidyText(),
            "types": FixTypes(),
            "dates": UnifyDates(),
            "categories": UnifyCategories(),
            "duplicates": RemoveDuplicates(columns=self.keys),
            "outliers": HandleOutliers(action=self.outliers),
            "missing": _Missing(strategy="auto", rest=self.missing, fills=self.fills),
        }
        done = [ways[name] for name in get_args(StepName) if name in self.steps]
        return cleaned(tables, dataset, done, preview=self.preview)


class _Missing(FillMissing):
    """Missing values of all columns, some of them in a way of their own."""

    rest: Strategy = "auto"
    fills: tuple[Fill, ...] = ()

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Treat every column."""
        own = {fill.column: fill for fill in self.fills}
        rest = [Fill(column=c, strategy=self.rest) for c in chain.columns if c not in own]
        return treated(chain, [*own.values(), *rest])
