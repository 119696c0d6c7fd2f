"""Our tools in the hands of any MCP client, which knows nothing of our datasets."""

import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from mcp import Client, StdioServerParameters, stdio_client

ROOT = Path(__file__).parents[2]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "한글 이름.parquet"
    duckdb.sql(f"COPY (SELECT i AS amount, 'x' AS word FROM range(10) t(i)) TO '{path}'")
    return path


@pytest.mark.parametrize("as_uri", [True, False])
async def test_a_file_by_uri_or_path(parquet: Path, as_uri: bool) -> None:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "tests.doubles.operation_server"], cwd=ROOT
    )
    told: list[str] = []

    async def progressed(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with Client(stdio_client(server)) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [
            "total",
            "refusing",
            "hungry",
            "gated",
        ]
        arguments: dict[str, Any] = {
            "dataset": parquet.as_uri() if as_uri else str(parquet),
            "column": "amount",
        }
        result = await client.call_tool("total", arguments, progress_callback=progressed)
        assert not result.is_error
        (made,) = result.structured_content["artifacts"]
        assert Path(made["path"]).read_text() == "45"  # noqa: ASYNC240
        assert any("artifact" in message for message in told)

        wrong = await client.call_tool("total", arguments | {"column": "word", "language": "ko"})
        assert wrong.is_error
        assert wrong.structured_content["failure"]["code"] == "column_type"
        missing = await client.call_tool("total", {"dataset": "/nowhere", "column": "amount"})
        assert missing.structured_content["failure"]["code"] == "parquet_missing"
        nothing = await client.call_tool("total", {"column": "amount"})
        assert nothing.structured_content["failure"]["code"] == "dataset_missing"
