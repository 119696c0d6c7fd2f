"""What code leaves, as facts and artifacts: what it printed, its value, tables, figures, files.

The facts are what a model reads of it; they hold texts whole up to `TOLD_CHARS` characters, and the
first rows of tables.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.python.figures import (
    ShownFigures,
    chart_of,
    is_drawn,
    is_loose,
    is_plotly,
    picture,
)
from cherry_reflex.analysis.python.frame_table import (
    COLUMNS_MAX,
    ROWS_MAX,
    arrow_of,
    frame_of,
    head,
    write,
)
from cherry_reflex.analysis.python.printed_text import PrintedText, shortened
from cherry_reflex.analysis.python.shell import Ran
from cherry_reflex.analysis.python.written_files import (
    FILES_MAX,
    file_artifact,
    files_in,
    is_table,
    table_in,
)
from cherry_reflex.analysis.python.written_values import TOLD_CHARS, exact, fenced, written
from cherry_reflex.analysis.results.artifacts import said, stored
from cherry_reflex.analysis.results.versions import new_file, version
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Tables
from cherry_reflex.core.text import mended

if TYPE_CHECKING:
    import pandas as pd

PRINTED_CHARS_MAX = 200_000
"""What is kept of printed text: its beginning and its end."""
TABLES_MAX, DATASETS_MAX, CHARTS_MAX = 20, 5, 20
_PARTS_MAX = 20
_TITLE_CHARS = 80
DIGEST_CHARS = 8_000
"""Of what was printed and of values, for whoever called."""
_REPEATED = (
    "kept",
    "printed",
    "value",
    "value_long",
    "head",
    "table",
    "dataset",
    "picture",
    "chart",
    "file",
)
"""Facts that say what the digest has as text, tables or others."""

_LEFT_OUT = "[{chars} characters left out]"


class Collected:
    """Facts and artifacts of one run of code, in the order in which a reader wants them."""

    def __init__(self, tables: Tables, parents: Sequence[Dataset], question: str = "") -> None:
        """`parents` are the datasets that new ones are made of; `question` is what all is for."""
        self._tables, self._parents, self._question = tables, parents, question.strip()
        self.facts: list[Fact] = []
        self.artifacts: list[ArtifactContent] = []
        self._texts: list[str] = []
        self._raw: list[str] = []
        self._seen: set[int] = set()
        self._left_out = said("python.left_out", tables, chars="{chars}")

    def printed(self, printed: PrintedText) -> None:
        """Take what was printed."""
        text = printed.text(self._left_out).strip("\n")
        if text.strip():
            self._texts.append(text)
            self._raw.append(text)
            told = shortened(text, TOLD_CHARS, self._left_out)
            self._say("printed", 3.0, text=fenced(told))

    def ran(self, ran: Ran) -> None:
        """Take warnings and the call of `exit`, if there was one."""
        for one in ran.warned:
            key = "warned_in" if one.line else "warned"
            self._say(key, 1.5, words=one.words, **({"line": one.line} if one.line else {}))
        if ran.exited is not None:
            self._say("exited", 2.0, status=mended(ran.exited)[:200])

    def value(self, value: Any, label: str) -> None:
        """Take the value of the last expression, or a part of it; None says nothing."""
        if value is None or id(value) in self._seen:
            return
        if is_loose(value):
            self.picture(picture(value))
        elif is_drawn(value):
            return
        elif is_plotly(value):
            self.chart(value)
        elif (frame := frame_of(value)) is not None:
            self.table(frame, label)
        elif self._is_group(value):
            pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
            for key, part in list(pairs)[:_PARTS_MAX]:
                self.value(part, f"{label} · {key}"[:_TITLE_CHARS])
        else:
            text = written(value)
            self._texts.append(text)
            self._raw.append(f"{label} = {exact(value) or text}")
            told = shortened(text, TOLD_CHARS, self._left_out)
            if "\n" in told:
                self._say("value_long", 3.0, label=label, text=fenced(told))
            else:
                self._say("value", 3.0, label=label, value=told)

    def table(self, frame: "pd.DataFrame", label: str) -> None:
        """Take a table that is shown: at most `ROWS_MAX` rows and `COLUMNS_MAX` columns of it."""
        if self._is_full("table", TABLES_MAX):
            return
        rows, columns = frame.shape
        title = _title(label) or said("python.table_title", self._tables)
        shown = arrow_of(frame.iloc[:, :COLUMNS_MAX], rows_max=ROWS_MAX)
        if not shown.num_columns:
            self._say("empty", 2.0, title=title, rows=rows)
            return
        path = new_file(self._tables)
        write(shown, path)
        self.artifacts.append(stored(title, path, description=self._question))
        columns = max(columns - COLUMNS_MAX, 0) + shown.num_columns  # an index is shown as well
        self._told_table("table", title, rows, columns, head(shown))
        if rows > ROWS_MAX or columns > COLUMNS_MAX:
            self._say("table_cut", 2.0, title=title, rows=shown.num_rows, columns=COLUMNS_MAX)

    def handed_over(self, value: Any, name: str) -> None:
        """Take a value that was asked for as a dataset, and say so when it is no table."""
        frame = frame_of(value)
        if frame is None:
            self._say("no_table", 2.0, name=name)
            return
        self._seen.add(id(value))
        self.dataset(frame, name)

    def dataset(self, frame: "pd.DataFrame", name: str) -> None:
        """Take a table as a new dataset, whole."""
        if self._is_full("dataset", DATASETS_MAX):
            return
        self._seen.add(id(frame))
        made = arrow_of(frame)
        title = _title(name) or said("python.table_title", self._tables)
        if not made.num_columns or not made.num_rows or made.num_columns > COLUMNS_MAX:
            self._say("no_dataset", 2.0, title=title, rows=made.num_rows, columns=made.num_columns)
            return
        path = new_file(self._tables)
        write(made, path)
        steps = [{"name": "python", "arguments": {}}]
        self.artifacts.append(
            version(path, title, self._parents, steps=steps, description=self._question)
        )
        self._told_table("dataset", title, made.num_rows, made.num_columns, head(made))

    def figures(self, shown: ShownFigures) -> None:
        """Take what was shown of Plotly and matplotlib."""
        for made in shown.plotly:
            self.chart(made)
        for content in shown.pictures:
            self.picture(content)

    def picture(self, content: bytes) -> None:
        """Take a PNG file of a picture that was drawn."""
        number = 1 + sum(one.media_type == "image/png" for one in self.artifacts)
        title = said("python.picture_title", self._tables, number=number)
        self.artifacts.append(
            ArtifactContent(
                kind="file",
                title=title,
                media_type="image/png",
                filename=f"{title}.png",
                data=content,
                meta={"description": said("python.picture_described", self._tables)},
            )
        )
        self._say("picture", 1.0, title=title)

    def chart(self, made: Any) -> None:
        """Take a figure of Plotly."""
        if id(made) in self._seen or self._is_full("chart", CHARTS_MAX):
            return
        self._seen.add(id(made))
        number = 1 + sum(one.kind == "chart" for one in self.artifacts)
        title = said("python.chart_title", self._tables, number=number)
        try:
            content = chart_of(made, title, self._tables)
        except BadInput:
            content = None
        if content is None:
            self._say("no_chart", 2.0, title=title)
            return
        self.artifacts.append(content)
        self._say("chart", 1.0, title=content.title, about=str(content.meta["description"]))

    def files(self, folder: Path) -> None:
        """Take the files in the code's folder; tables among them become datasets as well."""
        found = files_in(folder)
        for path in found[:FILES_MAX]:
            content = file_artifact(path, folder)
            self.artifacts.append(content)
            self._say("file", 1.0, name=content.title, size=path.stat().st_size)
            if is_table(path) and (frame := table_in(path)) is not None:
                self.dataset(frame, path.stem)
        if len(found) > FILES_MAX:
            self._say("files_left_out", 2.0, count=len(found) - FILES_MAX)

    def names(self, kept: Sequence[str], lost: Sequence[str]) -> None:
        """Take which names go on to the next call, and which could not be kept."""
        if kept:
            self._say("kept", 0.1, names=", ".join(kept)[:1000])
        if lost:
            self._say("lost", 1.5, names=", ".join(lost)[:500])

    def digest(self) -> Digest:
        """Return what was printed and the values, with all of their digits."""
        return Digest(text=shortened("\n".join(self._raw), DIGEST_CHARS, _LEFT_OUT))

    def close(self) -> None:
        """Add what was printed and the values in words as a text; it is there, too, when nothing
        else is, so that there is always something by which the code can be seen and run again."""
        if not self.facts:
            self._say("nothing", 1.0)
        if self._texts or not self.artifacts:
            text = "\n".join(self._texts) or said("python.nothing", self._tables)
            title = said("python.output_title", self._tables)
            content = (fenced(text) if self._texts else text).encode()
            made = ArtifactContent(
                kind="text",
                title=title,
                filename="output.md",
                data=content,
                meta={"description": self._question} if self._question else {},
            )
            self.artifacts.insert(0, made)

    def _told_table(self, key: str, title: str, rows: int, columns: int, first: str) -> None:
        self._say(key, 2.5, title=title, rows=rows, columns=columns)
        self._say("head", 0.2, title=title, text=fenced(first))

    def _is_full(self, kind: str, most: int) -> bool:
        if sum(one.kind == kind for one in self.artifacts) < most:
            return False
        fact = Fact(key=f"python.{kind}s_left_out", params={"limit": most}, weight=2.0)
        if fact not in self.facts:
            self.facts.append(fact)
        return True

    @staticmethod
    def _is_group(value: Any) -> bool:
        """Whether a value is several tables or figures."""
        if not isinstance(value, list | tuple | dict) or not 0 < len(value) <= _PARTS_MAX:
            return False
        parts = value.values() if isinstance(value, dict) else value
        return any(is_plotly(part) or frame_of(part) is not None for part in parts)

    def _say(self, key: str, weight: float, **params: Any) -> None:
        self.facts.append(
            Fact(key=f"python.{key}", params=params, weight=weight, is_repeat=key in _REPEATED)
        )


def _title(label: str) -> str:
    return mended(" ".join(label.split()))[:_TITLE_CHARS]
