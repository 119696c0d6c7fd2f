"""The operation that loads a file of the web. The loader fetches it; reading it is for the limited
process, as with every file of others."""

import re
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from cherry_reflex.analysis.results.versions import version
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, Unavailable
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables

_BYTES_MAX = 4_000_000_000
_ADDRESS = re.compile(r"https?://[^\s<>\"'`“”‘’「」]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}»"
"""What ends a sentence rather than an address."""


class LoadUrl(Preparation):
    """Load a file from a web address (URL) that the request names, as a new dataset: csv, tsv,
    xlsx, json or parquet, from hosts that the operator allows."""

    name: ClassVar[str] = "load_url"
    needs_data: ClassVar[bool] = False
    examples: ClassVar[tuple[str, ...]] = (
        "https://example.com/sales.csv 파일을 불러와줘",
        "이 주소의 데이터를 내려받아줘: https://data.example.org/air.json",
        "웹 주소에서 데이터를 불러와주세요 http://example.net/a.xlsx",
        "링크의 파일을 열어줘 https://example.com/data/2024.parquet",
        "Load https://example.com/sales.csv",
        "Download the data from this URL: https://data.example.org/air.json",
        "Read the file at http://example.net/table.xlsx",
        "Open the link https://example.com/files/prices.csv as a table",
    )

    url: str = Field(
        max_length=20_000, description="The web address, beginning with http:// or https://."
    )

    @property
    def address(self) -> str:
        """The first address in `url`, which may be a sentence around it."""
        found = _ADDRESS.search(self.url)
        if found is None:
            raise BadInput("url_missing")
        return found.group().rstrip(_AFTER)

    def check(self, tables: Tables) -> None:
        """Raise BadInput `url_missing` when there is no address."""
        _ = self.address

    def run(self, tables: Tables) -> Outcome:
        """Raise Unavailable: a limited process has no network; whoever runs this fetches first."""
        raise Unavailable("urls_off")


class ReadDownload(Preparation):
    """Read a file that was fetched."""

    name: ClassVar[str] = "read_download"
    needs_data: ClassVar[bool] = False

    url: str
    file: Path

    def check(self, tables: Tables) -> None:
        """Nothing to check."""

    def run(self, tables: Tables) -> Outcome:
        """Raise BadInput with what is wrong with the file, as for an upload."""
        from cherry_reflex.datasets import parse

        made = tables.folder / f"read-{self.file.stem}"
        made.mkdir(exist_ok=True)
        read = parse.parse(
            {
                "source": str(self.file),
                "filename": self.file.name,
                "target": str(made),
                "options": {},
                "language": tables.language,
                "bytes_max": _BYTES_MAX,
            },
            tables.folder,
            lambda _: None,
        )
        datasets = [Dataset.model_validate(one) for one in read["datasets"]]
        facts = []
        for dataset in datasets:
            params = {
                "name": dataset.name,
                "host": urlsplit(self.url).hostname or "",
                "rows": dataset.rows,
                "columns": len(dataset.columns),
                "names": ", ".join(column.name for column in dataset.columns[:12]),
            }
            facts.append(Fact(key="loading.from_url", params=params, weight=3))
            if dataset.note:
                facts.append(Fact(key="loading.noted", params={"note": dataset.note}, weight=2))
        step = {"name": LoadUrl.name, "arguments": {"url": self.url}}
        return Outcome(
            facts=tuple(facts),
            artifacts=tuple(version(Tables.path(d), d.name, [], steps=[step]) for d in datasets),
        )
