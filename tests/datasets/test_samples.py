"""The samples that ship: small, readable, with the defects that they promise."""

from pathlib import Path

from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.datasets.samples import sample, samples
from cherry_reflex.processes.sandbox import Sandbox


async def test_samples_are_taken_in(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sum(one.path.stat().st_size for one in samples()) < 400_000
    tables = []
    for one in samples():
        assert sample(one.name) == one.path
        assert set(one.title) == set(one.description) == {"en", "ko"}
        (dataset,) = await ingest(one.path, one.filename, folder=tmp_path, sandbox=sandbox)
        tables.append(dataset)
    assert tables[0].rows == tables[1].rows > 2000
    kinds = [column.type for column in tables[0].columns]
    assert kinds == [column.type for column in tables[1].columns]
    assert kinds[:4] == ["text", "date", "category", "category"]
    assert tables[0].columns[8].missing > 0
    assert sample("../secret") is None
