"""The words that are most frequent in a column of text."""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.analysis.texts.korean import stems
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

if TYPE_CHECKING:
    import pandas as pd

_WORD = r"[\p{L}][\p{L}\p{N}]*(?:['’][\p{L}]+)?"
_WORDS_MAX = 1_000_000
_DRAWN = 30
_NAMED = 5


class TopWords(Filtered):
    """Top words: the most frequent words of a text column, such as reviews, comments or survey
    answers, with how often they occur and in how many texts; Korean particles are cut, words
    without content are left out."""

    name: ClassVar[str] = "top_words"
    examples: ClassVar[tuple[str, ...]] = (
        "리뷰에서 가장 많이 나온 단어는?",
        "설문 주관식 답변의 키워드를 뽑아줘",
        "후기에 자주 등장하는 단어를 보여줘",
        "Most frequent words in the reviews",
        "Which words come up most in the comments?",
        "Keywords of the open answers",
    )

    column: str = column_field("Column of text.", "text", "category")
    top: int = Field(20, ge=1, le=500, description="Number of words to list.")
    least_letters: int = Field(2, ge=1, le=20, description="Letters a word has at least.")

    def run(self, tables: Tables) -> Outcome:
        """Count words. Case does not matter. Raises BadInput `words_none`, and `words_many` when
        there are more than a million different ones."""
        with open_source(self, tables) as source:
            name = ident(self.column)
            texts = source.of(f"trim({name}) <> ''")
            split = (
                f"SELECT row_number() OVER () AS n, unnest(regexp_extract_all(lower({name}), "
                f"{literal(_WORD)})) AS token {texts}"
            )
            source.connection.execute(f"CREATE TEMP TABLE tokens AS {split}")
            distinct = source.one("SELECT count(DISTINCT token) FROM tokens")[0]
            if distinct > _WORDS_MAX:
                raise BadInput("words_many", column=self.column, limit=_WORDS_MAX)
            count = int(source.one(f"SELECT count(*) {texts}")[0])
            frame = self._counted(source)
            if not len(frame):
                raise BadInput("words_none", column=self.column)
            title = source.say("words.title", column=self.column)
            table = self._table(source, title, frame, count)
            chart = self._chart(source, title, frame)
            facts = [*self._told(frame, count), *source.facts()]
        code = f"SELECT token, count(*) FROM ({split}) GROUP BY 1 ORDER BY 2 DESC"
        return Outcome(facts=tuple(facts), artifacts=(table, chart), code=code, code_language="sql")

    def _counted(self, source: Source) -> "pd.DataFrame":
        """Return `word`, `times` and `texts` (how many contain it), most frequent first."""
        import pandas as pd

        known = _knowledge()
        tokens = [row[0] for row in source.all("SELECT DISTINCT token FROM tokens")]
        cut = stems(tokens, known["particles"])
        stop = {*known["stop_en"], *known["stop_ko"]}
        kept = [
            (token, word)
            for token, word in cut.items()
            if len(word) >= self.least_letters
            and token.replace("’", "'") not in stop
            and word not in stop
        ]
        source.connection.register(
            "cut", pd.DataFrame(kept, columns=["token", "word"], dtype="object")
        )
        frame: pd.DataFrame = source.connection.execute(
            "SELECT word, count(*) AS times, count(DISTINCT n) AS texts FROM tokens "
            "JOIN (SELECT token::VARCHAR AS token, word::VARCHAR AS word FROM cut) USING (token) "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {self.top}"
        ).df()
        return frame

    def _told(self, frame: "pd.DataFrame", count: int) -> list[Fact]:
        first = frame.iloc[0]
        params: dict[str, Any] = {
            "column": self.column, "word": str(first["word"]), "times": int(first["times"]),
            "texts": int(first["texts"]), "share": int(first["texts"]) / count, "count": count,
        }  # fmt: skip
        facts = [Fact(key="words.most", params=params, weight=1.0)]
        if len(frame) > 1:
            named = [f"{r.word} ({r.times})" for r in frame.iloc[1 : _NAMED + 1].itertuples()]
            facts.append(Fact(key="words.next", params={"words": named}, weight=0.9))
        return facts

    def _table(
        self, source: Source, title: str, frame: "pd.DataFrame", count: int
    ) -> ArtifactContent:
        share = source.say("heading.texts_share")
        columns: dict[str, list[Any]] = {
            source.say("heading.frequent_word"): frame["word"].tolist(),
            source.say("heading.times"): frame["times"].tolist(),
            source.say("heading.texts"): frame["texts"].tolist(),
            share: [n / count for n in frame["texts"].tolist()],
        }
        units = {share: PERCENT}
        return source.listed(title, columns, chosen={"column": self.column}, units=units)

    def _chart(self, source: Source, title: str, frame: "pd.DataFrame") -> ArtifactContent:
        part = frame.head(_DRAWN).iloc[::-1]
        figure = {
            "data": [
                {
                    "type": "bar", "orientation": "h", "y": part["word"].tolist(),
                    "x": plain(part["times"]),
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(source.say("heading.times"), rangemode="tozero"),
                "yaxis": axis("", type="category"),
                "height": 120 + 22 * len(part),
            },
        }  # fmt: skip
        best = frame.iloc[0]
        described = source.say(
            "words.chart", title=title, best=str(best["word"]), times=int(best["times"])
        )
        return source.chart(title, figure, described, table=title)


@cache
def _knowledge() -> dict[str, list[str]]:
    """Return the words without content and the particles; read once."""
    path = Path(__file__).with_name("words.json")
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]
