"""Undo: the version of a dataset before a change, handed over as the newest."""

import shutil
from typing import ClassVar

from cherry_reflex.analysis.results.versions import new_file, version
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables
from cherry_reflex.i18n.catalogue import text


class RestoreVersion(Preparation):
    """Undo the last change of a dataset: bring back the version that it was made from."""

    name: ClassVar[str] = "restore_version"
    examples: ClassVar[tuple[str, ...]] = (
        "방금 한 정리를 되돌려줘",
        "원래 데이터로 돌아가고 싶어요",
        "정제 전 데이터를 다시 사용해줘",
        "마지막 변경을 취소해줘",
        "Undo the cleaning",
        "Go back to the original data",
        "Restore the version before the last change",
        "Revert the last step",
    )

    def run(self, tables: Tables) -> Outcome:
        """Hand over the parent. Raises BadInput `clean_no_parent`."""
        dataset = tables.get(self.dataset)
        if not self.dataset:
            # The newest is meant when none is named: made of another, and none of it.
            parents = {d.parent for d in tables.datasets}
            made = [d for d in tables.datasets if d.parent and d.id not in parents]
            dataset = max(made, key=lambda d: d.version, default=dataset)
        parent = next(
            (d for d in tables.datasets if dataset.parent and d.id == dataset.parent), None
        )
        if parent is None:
            raise BadInput("clean_no_parent", name=dataset.name)
        path = new_file(tables)
        shutil.copyfile(tables.path(parent), path)
        title = text("fact.cleaning.restored_title", tables.language, name=parent.name)
        restored = version(
            path,
            title,
            [dataset],
            steps=[{"name": self.name, "arguments": {}, "restored": parent.id}],
        )
        params = {
            "name": dataset.name,
            "parent": parent.name,
            "rows": parent.rows,
            "columns": len(parent.columns),
        }
        fact = Fact(key="cleaning.restored", params=params, weight=3)
        return Outcome(facts=(fact,), artifacts=(restored,))
