"""The server of advanced charts, used by a stranger over stdio."""

import json
from pathlib import Path
from typing import Any

import pytest
from palmerpenguins import load_penguins

from tests.tools.stdio_client import client, text_of


def _json(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_bytes())  # type: ignore[no-any-return]


async def test_a_stranger_draws_the_penguins(tmp_path: Path) -> None:
    penguins = load_penguins()
    path = tmp_path / "penguins.parquet"
    penguins.to_parquet(path, index=False)
    data = {"dataset": str(path)}
    tree = {**data, "levels": ["island", "species"], "language": "ko"}
    async with client("advanced_visualization") as session:
        ridge = await session.call_tool(
            "spread", {**data, "value": "body_mass_g", "group": "species"}
        )
        drawn = await session.call_tool("tree_map", tree)
        wrong = await session.call_tool("spread", {**data, "value": "species"})
    assert not ridge.is_error, ridge.content
    assert "Gentoo" in text_of(ridge)
    chart = next(a for a in drawn.structured_content["artifacts"] if a["kind"] == "chart")
    figure = _json(chart["path"])
    counts = dict(zip(figure["data"][0]["ids"], figure["data"][0]["values"], strict=True))
    assert counts["Biscoe"] == pytest.approx((penguins["island"] == "Biscoe").sum())
    assert counts["Biscoe / Gentoo"] == pytest.approx((penguins["species"] == "Gentoo").sum())
    assert wrong.is_error
    assert wrong.structured_content["failure"]["code"] == "column_type"
