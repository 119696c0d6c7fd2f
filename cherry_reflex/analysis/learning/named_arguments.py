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
        "One model, with scikit-learn's defaults; the next arguments are for it. Empty: several "
        "compete.",
        default="",
    )
    hyperparameters: dict[str, Hyperparameter] = written_field(
        'scikit-learn\'s, by name: {"max_depth": 3}.', default={}
    )
    seed: int = written_field("random_state of split and model.", default=42, ge=0)
    split: HowSplit = written_field(
        "test: test_share is held back; folds; none: all rows are fitted.", default="test"
    )
    folds: int = written_field("", default=5, ge=2, le=50)
    stratify: bool = written_field("By class.", default=False)
    scale: bool = written_field("Standardises numbers.", default=False)
    metrics: tuple[MetricName, ...] = written_field("", default=())
    average: Average = written_field("Of precision, recall, f1.", default="macro")
    positive: str = written_field("For average binary.", default="")
