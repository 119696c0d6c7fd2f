"""Databases, files and reports as a stranger's MCP client meets them, on stdio."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from palmerpenguins import load_penguins

from cherry_reflex.mcp.client.config import own_servers
from cherry_reflex.settings import Settings
from tests.tools.stdio_client import client, text_of

PENGUINS = load_penguins()


async def test_databases_are_queried_and_guarded(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "zoo.sqlite")) as connection:
        PENGUINS.to_sql("penguins", connection, index=False)
    file = tmp_path / "databases.json"
    file.write_text(json.dumps({"folder": "."}), "utf-8")
    sql = "SELECT island, count(*) AS n FROM penguins GROUP BY island ORDER BY island"
    async with client("database_connector", tmp_path, CHERRY_DATABASES_FILE=str(file)) as session:
        result = await session.call_tool("query_database", {"sql": sql, "language": "ko"})
        wrong = await session.call_tool(
            "query_database", {"sql": "DROP TABLE penguins", "language": "ko"}
        )
    assert not result.is_error, result.content
    assert "읽었습니다" in text_of(result)
    assert "island = Biscoe, n = 168" in text_of(result), "a summary is made of the words"
    (made,) = result.structured_content["artifacts"]
    found = pq.read_table(made["path"]).to_pydict()
    expected = PENGUINS.groupby("island").size()
    assert found == {"island": expected.index.tolist(), "n": expected.tolist()}
    assert wrong.is_error and wrong.structured_content["failure"]["code"] == "sql_not_select"


async def test_no_database_is_connected(tmp_path: Path) -> None:
    async with client("database_connector", tmp_path) as session:
        result = await session.call_tool("list_databases", {})
    assert result.is_error and "CHERRY_DATABASES_FILE" in text_of(result)


def test_only_the_connector_learns_of_the_databases(tmp_path: Path) -> None:
    file = tmp_path / "databases.json"
    file.write_text("{}", "utf-8")
    told = {
        server.name: "CHERRY_DATABASES_FILE" in server.env
        for server in own_servers(Settings(data_dir=tmp_path, databases_file=file))
    }
    assert told.pop("database_connector")
    assert not any(told.values())
    assert not any(
        "CHERRY_DATABASES_FILE" in server.env for server in own_servers(Settings(data_dir=tmp_path))
    )


@pytest.mark.parametrize(
    ("server", "tool", "arguments", "ending"),
    [
        ("file_manager", "convert_file", {"format": "xlsx"}, "xlsx"),
        ("file_manager", "zip_files", {}, "zip"),
        ("report_export", "export_report", {"format": "pdf", "title": "펭귄"}, "pdf"),
        ("report_export", "export_report", {"format": "notebook", "title": "펭귄"}, "ipynb"),
    ],
)
async def test_files_are_made(
    server: str, tool: str, arguments: dict[str, Any], ending: str, tmp_path: Path
) -> None:
    path = tmp_path / "penguins.parquet"
    PENGUINS.to_parquet(path, index=False)
    async with client(server, tmp_path, CHERRY_SANDBOX_BYTES="1500000000") as session:
        result = await session.call_tool(
            tool, {"dataset": str(path), **arguments}, read_timeout_seconds=90
        )
    assert not result.is_error, result.content
    made = result.structured_content["artifacts"][0]
    assert made["kind"] == "file" and made["filename"].endswith(f".{ending}")
    assert Path(made["path"]).is_relative_to(tmp_path)
    assert len(await asyncio.to_thread(Path(made["path"]).read_bytes)) > 1000
    if ending == "xlsx":
        import fastexcel

        back = fastexcel.read_excel(made["path"]).load_sheet(0).to_pandas()
        assert back["body_mass_g"].sum() == PENGUINS["body_mass_g"].sum()
