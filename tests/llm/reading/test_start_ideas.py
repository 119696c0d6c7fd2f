"""What the start page suggests is answered, and told as sure, over the sample it comes with."""

from pathlib import Path

import duckdb
import pytest

from cherry_reflex.analysis.value_index import write_values
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.datasets.column_profile import profile
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views

SAMPLES = Path(__file__).parents[3] / "cherry_reflex" / "datasets" / "samples"
IDEAS = {"ui.idea_compare": ("bar", ""), "ui.idea_trend": ("line", "month")}


@pytest.fixture(scope="module")
def reader() -> Reader:
    learned, views = load(), Views(Embedding())
    network = Network(views.embedding)
    return Reader(views, (Search(learned.search), Edits(learned.search), network), learned, network)


@pytest.mark.parametrize("language", [ENGLISH, KOREAN])
def test_ideas_of_the_start_page(reader: Reader, language: Language, tmp_path: Path) -> None:
    path = tmp_path / "sample.parquet"
    with duckdb.connect() as connection:
        source = SAMPLES / f"retail_sales_{language}.csv"
        connection.execute(f"COPY (FROM '{source}') TO '{path}' (FORMAT parquet)")
        found = profile(connection, path)
    write_values(path, found.values)
    dataset = Dataset(
        id="s", name="sample", uri=f"file://{path}", rows=found.rows, columns=found.columns
    )
    for key, (chart, grain) in IDEAS.items():
        best = reader.read(text(key, language), language, [dataset]).best[0]
        assert best.probability >= 0.8, text(key, language)
        assert (best.reading.task, best.reading.chart) == ("aggregate", chart)
        assert [m.agg for m in best.reading.measures] == ["sum"]
        assert [getattr(g.of, "grain", None) for g in best.reading.by] == [grain]
