"""Arguments of a training with one model that is named."""

from typing import Literal

from cherry_reflex.analysis.learning.estimator import Hyperparameter, ModelChoice
from cherry_reflex.analysis.learning.named_metric import Average, MetricName
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.core.operation import written_field

HowSplit = Literal["test", "folds", "none"]


class NamedModelArguments(Filtered):
    """The base of a training that can be told the model; `model` is empty where it is to choose."""

    model: ModelChoice = written_field(
        "One model, with scikit-learn's defaults; empty: several compete. The next arguments are "
        "for a named one.",
        default="",
    )
    hyperparameters: dict[str, Hyperparameter] = written_field(
        'scikit-learn\'s, by name: {"max_depth": 3}.', default={}
    )
    seed: int = written_field("random_state of split and model.", default=42, ge=0)
    split: HowSplit = written_field(
        "test: holds back test_share; folds: cross-validates; none: fits all rows.", default="test"
    )
    folds: int = written_field("Number of folds.", default=5, ge=2, le=50)
    stratify: bool = written_field("Keeps the classes' shares in the split.", default=False)
    scale: bool = written_field("Standardises the numbers first.", default=False)
    metrics: tuple[MetricName, ...] = written_field("Empty: the usual ones.", default=())
    average: Average = written_field(
        "Of precision, recall and f1 over the classes.", default="macro"
    )
    positive: str = written_field("The positive class, for average binary.", default="")
