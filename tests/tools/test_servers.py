"""Every tool file is an MCP server on stdio that any client can use."""

import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cherry_reflex.workers.own import TOOLS, modules_of
from tests.tools.stdio_client import client, text_of

NAMES = list(modules_of(TOOLS))


@pytest.mark.parametrize("name", NAMES)
async def test_server_lists_described_functions(name: str) -> None:
    started = time.monotonic()
    async with client(name) as session:
        listed = await session.list_tools()
    assert time.monotonic() - started < 10
    assert listed.tools
    for tool in listed.tools:
        assert len(tool.description or "") > 20
        examples = tool.input_schema.get("examples", [])
        assert len(examples) >= 6, tool.name
        assert tool.input_schema["type"] == "object"
        json.dumps(tool.input_schema)


async def test_a_stranger_compares_two_groups(tmp_path: Path) -> None:
    from scipy import stats

    a, b = [float(n % 7) for n in range(40)], [float(n % 7) + 1.5 for n in range(40)]
    path = tmp_path / "trial.parquet"
    table = pa.table({"arm": ["a"] * 40 + ["b"] * 40, "score": a + b})
    pq.write_table(table, path)
    arguments = {"dataset": str(path), "measure": "score", "group": "arm", "method": "welch"}
    async with client("statistical_analysis") as session:
        result = await session.call_tool("compare_two_groups", arguments)
    assert not result.is_error, result.content
    params = result.structured_content["facts"][0]["params"]
    expected = stats.ttest_ind(a, b, equal_var=False)
    assert params["p"] == pytest.approx(expected.pvalue)


async def test_wrong_arguments_are_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": [1.0, 2.0], "g": ["a", "b"]}), path)
    arguments = {"dataset": str(path), "measure": "cost", "group": "g", "language": "ko"}
    async with client("statistical_analysis") as session:
        result = await session.call_tool("compare_two_groups", arguments)
    assert result.is_error
    assert "‘cost’ 열이 없습니다" in text_of(result)


async def test_duplicates_are_removed_into_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": [1, 1, 2], "g": ["a", "a", "b"]}), path)
    async with client("data_preprocessing") as session:
        result = await session.call_tool("remove_duplicates", {"dataset": str(path)})
    assert not result.is_error, result.content
    made = [a for a in result.structured_content["artifacts"] if a["kind"] == "dataset"]
    assert pq.read_table(made[0]["path"]).to_pylist() == [{"x": 1, "g": "a"}, {"x": 2, "g": "b"}]
    assert pq.read_table(path).num_rows == 3, "the original is kept"
