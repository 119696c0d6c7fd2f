"""Charts of a training, each with the table of its numbers."""

from typing import Any

from cherry_reflex.analysis.learning.importance import Weight
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Tables

_SHOWN_WEIGHTS = 15
_SHOWN_CURVES = 6
_POINTS_MAX = 1_500
_CURVE_POINTS = 200


def weights(found: list[Weight], target: str, metric: str, tables: Tables) -> list[ArtifactContent]:
    """Return the importance chart and table."""
    import pandas as pd

    name = said("models.title.importance", tables, target=target)
    heads = [heading(h, tables) for h in ("column", "importance", "deviation")]
    rows = [[w.column, w.mean, w.spread] for w in found]
    shown = found[:_SHOWN_WEIGHTS][::-1]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": plain(w.mean for w in shown),
            "y": [w.column for w in shown],
            "error_x": {"type": "data", "array": plain(w.spread for w in shown)},
        }
    ]
    loss = said("models.axis.loss", tables, metric=said(f"word.{metric}", tables))
    layout = {"xaxis": axis(loss), "yaxis": axis("", type="category"), "showlegend": False}
    first = [w.column for w in found[:3]]
    description = said("models.alt.importance", tables, target=target, columns=first)
    return [
        chart(name, data, layout, description=description, table=name),
        table(tables, name, pd.DataFrame(rows, columns=heads)),
    ]


def confusion(
    truth: Any, predicted: Any, classes: list[str], tables: Tables
) -> list[ArtifactContent]:
    """Return the confusion matrix of the test rows, as chart and table."""
    import pandas as pd
    from sklearn.metrics import confusion_matrix

    names = sorted(set(classes) | {str(v) for v in truth})
    counts = confusion_matrix([str(v) for v in truth], [str(v) for v in predicted], labels=names)
    name = said("models.title.confusion", tables)
    actual, guessed = said("models.axis.actual", tables), said("models.axis.predicted", tables)
    data = [
        {
            "type": "heatmap",
            "z": [plain(row) for row in counts],
            "x": names,
            "y": names,
            "texttemplate": "%{z}",
        }
    ]
    layout = {
        "xaxis": axis(guessed, type="category"),
        "yaxis": axis(actual, type="category", autorange="reversed"),
    }
    right = int(counts.trace())
    rows = int(counts.sum())
    description = said("models.alt.confusion", tables, right=right, rows=rows)
    grid = pd.DataFrame(counts, columns=[f"{guessed}: {n}" for n in names])
    grid.insert(0, actual, names)
    return [
        chart(name, data, layout, description=description, table=name),
        table(tables, name, grid),
    ]


def roc(truth: Any, chances: Any, classes: list[str], tables: Tables) -> list[ArtifactContent]:
    """Return the ROC curves of the test rows: of the second class of two, else each against the
    rest; none when no class can be drawn."""
    import numpy as np
    import pandas as pd
    from sklearn.metrics import auc, roc_curve

    values = np.asarray([str(v) for v in truth])
    data: list[dict[str, Any]] = []
    rows: list[list[Any]] = []
    areas: list[float] = []
    for place in [1] if len(classes) == 2 else range(min(len(classes), _SHOWN_CURVES)):
        positive = values == classes[place]
        if positive.all() or not positive.any():
            continue
        false, true, _ = roc_curve(positive, chances[:, place])
        area = float(auc(false, true))
        at = np.unique(np.linspace(0, len(false) - 1, _CURVE_POINTS).astype(int))
        label = f"{classes[place]} (AUC {area:.3f})"
        areas.append(area)
        x, y = plain(false[at]), plain(true[at])
        data.append({"type": "scatter", "mode": "lines", "name": label, "x": x, "y": y})
        rows += [[classes[place], a, b] for a, b in zip(x, y, strict=True)]
    if not data:
        return []
    chance = said("models.axis.chance", tables)
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": chance,
            "x": [0, 1],
            "y": [0, 1],
            "line": {"dash": "dot"},
        }
    )
    name = said("models.title.roc", tables)
    false_rate, true_rate = said("models.axis.false", tables), said("models.axis.true", tables)
    layout = {
        "xaxis": axis(false_rate, range=[0, 1]),
        "yaxis": axis(true_rate, range=[0, 1.02]),
        "showlegend": True,
    }
    description = said("models.alt.roc", tables, area=sum(areas) / len(areas))
    heads = [heading("class", tables), false_rate, true_rate]
    return [
        chart(name, data, layout, description=description, table=name),
        table(tables, name, pd.DataFrame(rows, columns=heads)),
    ]


def errors(truth: Any, predicted: Any, target: str, tables: Tables) -> list[ArtifactContent]:
    """Return predicted against actual values and residuals of the test rows, and their table."""
    import numpy as np
    import pandas as pd

    actual = np.asarray(truth, dtype=float)
    guess = np.asarray(predicted, dtype=float)
    name = said("models.title.test_rows", tables, target=target)
    heads = [said(f"models.axis.{h}", tables) for h in ("actual", "predicted", "residual")]
    frame = pd.DataFrame(dict(zip(heads, [actual, guess, actual - guess], strict=True)))
    at = np.unique(np.linspace(0, len(actual) - 1, min(len(actual), _POINTS_MAX)).astype(int))
    part = f"{len(at)} / {len(actual)}" if len(at) < len(actual) else ""
    low, high = float(min(actual.min(), guess.min())), float(max(actual.max(), guess.max()))
    points = {"type": "scatter", "mode": "markers", "marker": {"size": 6, "opacity": 0.6}}
    same = said("models.axis.same", tables)
    against = chart(
        said("models.title.against", tables, target=target),
        [
            {**points, "name": target, "x": plain(actual[at]), "y": plain(guess[at])},
            {
                "type": "scatter",
                "mode": "lines",
                "name": same,
                "x": plain([low, high]),
                "y": plain([low, high]),
                "line": {"dash": "dot"},
            },
        ],
        {"xaxis": axis(heads[0]), "yaxis": axis(heads[1]), "showlegend": True},
        description=said("models.alt.against", tables, rows=len(actual), target=target),
        table=name,
        sample=part,
    )
    rest = chart(
        said("models.title.residuals", tables, target=target),
        [{**points, "name": heads[2], "x": plain(guess[at]), "y": plain((actual - guess)[at])}],
        {"xaxis": axis(heads[1]), "yaxis": axis(heads[2], zeroline=True), "showlegend": False},
        description=said(
            "models.alt.residuals",
            tables,
            mean=float((actual - guess).mean()),
            spread=float((actual - guess).std()),
        ),
        table=name,
        sample=part,
    )
    return [against, rest, table(tables, name, frame)]
