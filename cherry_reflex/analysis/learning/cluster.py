"""Clusters: groups of alike rows by k-means, their number chosen by the silhouette."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.frames.sample import SEED, Sample, read_part
from cherry_reflex.analysis.learning.recipe import screened
from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.i18n.catalogue import text

ROWS_MAX = 50_000
ROWS_MIN = 10
GROUPS_MAX = 8
_SILHOUETTE_ROWS = 3_000
_SHOWN_POINTS = 2_000
_WEAK, _FAIR = 0.25, 0.5
"""Silhouettes below 0.25 show no substantial structure, above 0.5 a reasonable one (Kaufman &
Rousseeuw 1990)."""


class Cluster(Filtered):
    """Find groups of alike rows (clusters, segments) from numeric columns: k-means on scaled
    values, the number of groups chosen by the silhouette, a profile of each and a 2-D picture."""

    name: ClassVar[str] = "cluster"
    examples: ClassVar[tuple[str, ...]] = (
        "고객을 비슷한 그룹으로 나눠줘",
        "데이터를 군집화해줘",
        "세그먼트를 찾아서 특징을 설명해줘",
        "4개의 클러스터로 나눠줘",
        "Group the customers into segments",
        "Cluster the rows",
        "Find similar groups and describe them",
        "Run k-means with 4 clusters",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns to compare rows by; empty for all numeric ones.",
        *NUMERIC,
        default=(),
        many=True,
    )
    groups: int = Field(
        default=0, ge=0, le=20, description="Number of groups; 0 chooses it by the silhouette."
    )

    def run(self, tables: Tables) -> Outcome:
        """Cluster. Raises BadInput (`cluster_columns`, `cluster_rows`)."""
        import numpy as np
        from sklearn.impute import SimpleImputer
        from sklearn.preprocessing import StandardScaler

        dataset = tables.get(self.dataset)
        names = list(self.columns) or [c.name for c in dataset.columns if c.type in NUMERIC]
        if not names:
            raise BadInput("cluster_columns", columns=", ".join(c.name for c in dataset.columns))
        part = read_part(self, tables, names, rows_max=ROWS_MAX)
        recipe, left = screened(part.frame, dataset, names)
        if not recipe.numeric:
            raise BadInput("cluster_columns", columns=", ".join(names))
        frame = part.frame[list(recipe.numeric)].astype(float)
        distinct = len(frame.drop_duplicates())
        if len(frame) < ROWS_MIN or distinct < max(3, self.groups):
            raise BadInput(
                "cluster_rows", rows=min(len(frame), distinct), needed=max(ROWS_MIN, self.groups)
            )
        scaled = StandardScaler().fit_transform(
            SimpleImputer(strategy="median").fit_transform(frame)
        )
        tried = self._tried(scaled, distinct, tables.language)
        groups, silhouette, labels = max(tried, key=lambda t: t[1])
        order = np.argsort(-np.bincount(labels, minlength=groups), kind="stable")
        rank = np.empty(groups, dtype=int)
        rank[order] = np.arange(groups)
        labels = rank[labels] + 1
        facts = self._facts(part, groups, silhouette, labels, len(frame))
        facts += [
            Fact(
                key="models.left_out",
                params={"column": item.column, "reason": f"left_{item.reason}"},
                weight=0.8,
            )
            for item in left[:5]
        ]
        facts += _traits(frame, scaled, labels, groups)
        code = _code(part.code(dataset), list(recipe.numeric), groups)
        known = {"code": code, "language": "python"}
        artifacts = [*hand_over(*self._profile(frame, labels, tables), **known)]
        drawn = _picture(scaled, labels, part, list(recipe.numeric), tables)
        artifacts += hand_over(*drawn, **known)
        artifacts.append(_members(part.frame, labels, tables))
        if len(tried) > 1:
            artifacts.append(_choice(tried, tables))
        return Outcome(
            facts=tuple(facts), artifacts=tuple(artifacts), code=code, code_language="python"
        )

    def _tried(
        self, scaled: Any, distinct: int, language: Language
    ) -> list[tuple[int, float, Any]]:
        """Return (groups, silhouette, labels) of each number of groups that was tried."""
        from sklearn.cluster import KMeans
        from sklearn.metrics import silhouette_score

        numbers = (
            [self.groups] if self.groups > 1 else range(2, min(GROUPS_MAX, distinct - 1) + 1)
        )  # fmt: skip
        found = []
        for number in numbers:
            progress(text("agent.progress_groups", language, number=number))
            labels = KMeans(number, n_init=5, random_state=SEED).fit_predict(scaled)
            if len(set(labels)) < 2:  # squares beyond what a number can hold
                raise BadInput("numbers_extreme")
            size = min(_SILHOUETTE_ROWS, len(scaled))
            value = silhouette_score(scaled, labels, sample_size=size, random_state=SEED)
            found.append((number, float(value), labels))
        return found

    def _facts(
        self, part: Sample, groups: int, silhouette: float, labels: Any, rows: int
    ) -> list[Fact]:
        kind = "weak" if silhouette < _WEAK else "fair" if silhouette < _FAIR else "strong"
        chosen = "models.clusters_asked" if self.groups > 1 else "models.clusters"
        facts = [
            *part.facts,
            Fact(
                key=chosen,
                params={"groups": groups, "silhouette": silhouette, "rows": rows},
                weight=3.0,
            ),
            Fact(key=f"models.structure_{kind}", weight=2.6),
        ]
        if part.is_part:
            params = {"used": part.used, "total": part.total}
            facts.append(Fact(key="models.sample", params=params, weight=1.9))
        if missing := int(part.frame.isna().any(axis=1).sum()):
            facts.append(Fact(key="models.clusters_filled", params={"rows": missing}, weight=1.4))
        return facts

    def _profile(self, frame: Any, labels: Any, tables: Tables) -> list[ArtifactContent]:
        head, size = heading("group", tables), heading("rows", tables)
        share = heading("share", tables)
        means = frame.groupby(labels).mean().reset_index(names=head)
        counts = frame.groupby(labels).size().to_numpy()
        means.insert(1, size, counts)
        means.insert(2, share, counts / counts.sum())
        return [table(tables, said("models.title.profile", tables), means)]


def _traits(frame: Any, scaled: Any, labels: Any, groups: int) -> list[Fact]:
    """Return what sets each group apart: the columns whose mean is furthest from the whole's, in
    standard deviations."""
    import numpy as np

    facts = []
    for group in range(1, groups + 1):
        mine = labels == group
        far = scaled[mine].mean(axis=0)
        places = np.argsort(-np.abs(far))[:2]
        place = int(places[0])
        column = str(frame.columns[place])
        facts.append(
            Fact(
                key="models.trait_high" if far[place] > 0 else "models.trait_low",
                params={
                    "group": group,
                    "rows": int(mine.sum()),
                    "share": float(mine.mean()),
                    "column": column,
                    "mean": float(frame[column][mine].mean()),
                    "whole": float(frame[column].mean()),
                },
                weight=2.0 - group * 0.05,
            )
        )
    return facts


def _picture(
    scaled: Any, labels: Any, part: Sample, columns: list[str], tables: Tables
) -> list[ArtifactContent]:
    """Return the rows in the plane of their two principal components."""
    import numpy as np
    import pandas as pd
    from sklearn.decomposition import PCA

    name = said("models.title.plane", tables)
    if scaled.shape[1] == 1:
        flat, shares = np.column_stack([scaled[:, 0], np.zeros(len(scaled))]), [1.0, 0.0]
    else:
        found = PCA(2, random_state=SEED)
        flat, shares = found.fit_transform(scaled), list(found.explained_variance_ratio_)
    at = np.arange(len(flat))
    if len(at) > _SHOWN_POINTS:
        at = np.sort(np.random.default_rng(SEED).choice(at, _SHOWN_POINTS, replace=False))
    group = heading("group", tables)
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{group} {number}",
            "x": plain(flat[at][labels[at] == number, 0]),
            "y": plain(flat[at][labels[at] == number, 1]),
            "marker": {"size": 6, "opacity": 0.7},
        }
        for number in range(1, int(labels.max()) + 1)
    ]
    heads = [said("models.axis.component", tables, number=n + 1, share=shares[n]) for n in (0, 1)]
    layout = {"xaxis": axis(heads[0]), "yaxis": axis(heads[1]), "showlegend": True}
    described = said("models.alt.plane", tables, share=float(sum(shares)), groups=len(data))
    sample = f"{len(at)} / {part.total}" if len(at) < part.total else ""
    frame = pd.DataFrame(flat[at], columns=heads)
    frame.insert(0, group, labels[at])
    return [
        chart(
            name,
            data,
            layout,
            description=described,
            table=name,
            chosen={"columns": columns},
            sample=sample,
        ),
        table(tables, name, frame),
    ]


def _members(frame: Any, labels: Any, tables: Tables) -> ArtifactContent:
    """Return all rows with their group."""
    grown = frame.copy()
    grown.insert(0, heading("group", tables), labels)
    return table(tables, said("models.title.members", tables), grown)


def _choice(tried: list[tuple[int, float, Any]], tables: Tables) -> ArtifactContent:
    import pandas as pd

    heads = [heading("groups", tables), heading("silhouette", tables)]
    rows = [[number, value] for number, value, _ in tried]
    return table(tables, said("models.title.choice", tables), pd.DataFrame(rows, columns=heads))


def _code(reads: str, columns: list[str], groups: int) -> str:
    first = "import duckdb\n" if "duckdb" in reads else ""
    return f"""{first}import pandas as pd
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

data = {reads}[{columns!r}]
filled = SimpleImputer(strategy="median").fit_transform(data)
scaled = StandardScaler().fit_transform(filled)
data["group"] = KMeans({groups}, n_init=5, random_state={SEED}).fit_predict(scaled)
print(data.groupby("group").mean())
"""
