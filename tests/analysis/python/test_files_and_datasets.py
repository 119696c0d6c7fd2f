"""Files that code writes, and tables that become datasets."""

import os
import tempfile
from pathlib import Path

import pytest

from cherry_reflex.analysis.results.content import read_bytes
from tests.analysis.python.code import SALES, Conversation, conversation, of_kind, said, value
from tests.analysis.tables import frame_of


def test_files_are_handed_over(sales: Conversation) -> None:
    outcome = sales.run(
        "from pathlib import Path\nPath('a').mkdir()\nPath('a/글.txt').write_text('안녕')\n"
        "Path('empty.txt').touch()\nPath('.hidden').write_text('x')\n"
        "open('b.bin', 'wb').write(b'1')\n"
    )
    files = of_kind(outcome, "file")
    assert [one.title for one in files] == ["b.bin", "a/글.txt"]
    assert [one.media_type for one in files] == ["application/octet-stream", "text/plain"]
    assert read_bytes(files[1]).decode() == "안녕"
    assert "The file “a/글.txt” was written (6 B)." in said(outcome)
    assert not of_kind(outcome, "dataset")


def test_links_hand_nothing_over(sales: Conversation, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    outcome = sales.run(
        f"import os\nos.symlink({str(secret)!r}, 'one.csv')\nos.link({str(secret)!r}, 'two.csv')\n"
        f"os.symlink({str(tmp_path)!r}, 'folder')\nos.mkfifo('pipe.csv')"
    )
    assert not of_kind(outcome, "file")
    assert not of_kind(outcome, "dataset")


def test_many_files_are_counted(sales: Conversation) -> None:
    outcome = sales.run("for n in range(25):\n    open(f'{n}.txt', 'w').write('x')")
    assert len(of_kind(outcome, "file")) == 20
    assert "5 more files" in said(outcome)


@pytest.mark.parametrize(
    "write",
    [
        "to_csv('kept.csv', index=False)",
        "to_csv('kept.csv')",
        "to_csv('kept.tsv', sep='\\t')",
        "to_parquet('kept.parquet')",
        "to_excel('kept.xlsx', index=False)",
        "to_excel('kept.xlsx')",
    ],
)
def test_a_table_in_a_file_becomes_a_dataset(sales: Conversation, write: str) -> None:
    outcome = sales.run(f"sales.head(2)[['region', 'price']].{write}")
    (made,) = of_kind(outcome, "dataset")
    assert (made.title, made.meta["parent"]) == ("kept", sales.tables.datasets[0].id)
    frame = frame_of(made)
    assert list(frame.columns) == ["region", "price"]
    assert list(frame.price) == [1.5, 2.25]
    assert len(of_kind(outcome, "file")) == 1


def test_a_file_that_is_no_table_stays_a_file(sales: Conversation) -> None:
    outcome = sales.run("open('broken.parquet', 'w').write('no')")
    assert [one.kind for one in outcome.artifacts if one.kind != "text"] == ["file"]


def test_a_named_frame_at_the_end_becomes_a_dataset(sales: Conversation) -> None:
    outcome = sales.run("clean = sales[sales.price > 2]\nclean")
    (made,) = of_kind(outcome, "dataset")
    assert made.title == "clean"
    assert made.meta["parents"] == [sales.tables.datasets[0].id]
    assert made.meta["steps"]
    assert list(frame_of(made).price) == [2.25, 3.0, 4.75]
    assert not of_kind(outcome, "table")
    assert "new dataset “clean” has 3 rows and 3 columns" in said(outcome)


def test_other_frames_stay_names(sales: Conversation) -> None:
    outcome = sales.run("a = sales.head(1)\nb = sales.head(2)\nb.price.sum()")
    assert not of_kind(outcome, "dataset")
    code = "a = sales.head(1)\nb = sales.head(2)\nc = a.price"
    outcome = sales.run(code, hand_over=("b", "c", "nothing"))
    assert [one.title for one in of_kind(outcome, "dataset")] == ["b", "c"]
    assert "There is no table “nothing”" in said(outcome)
    assert [one.title for one in of_kind(sales.run("a"), "table")] == ["a"]


def test_a_changed_table_is_a_version_of_it(tmp_path: Path) -> None:
    talk = conversation(tmp_path, **{"my sales": SALES})
    outcome = talk.run("df['double'] = df.price * 2\ndf")
    (made,) = of_kind(outcome, "dataset")
    assert made.title == "my sales"
    assert list(frame_of(made)["double"]) == [3.0, 4.5, 6.0, 9.5]


def test_an_unchanged_table_is_shown(sales: Conversation) -> None:
    outcome = sales.run("sales")
    assert [one.kind for one in outcome.artifacts] == ["table"]


def test_at_most_five_datasets_come_of_one_call(sales: Conversation) -> None:
    code = "\n".join(f"t{n} = sales.head({n + 1})" for n in range(7))
    outcome = sales.run(f"{code}\n{', '.join(f't{n}' for n in range(7))}")
    assert len(of_kind(outcome, "dataset")) == 5
    assert "More than 5 new datasets" in said(outcome)


def test_a_table_without_rows_is_no_dataset(sales: Conversation) -> None:
    outcome = sales.run("none = sales[sales.price > 99]\nnone")
    assert not of_kind(outcome, "dataset")
    assert "no dataset was made" in said(outcome)


def test_temporary_files_are_its_own(sales: Conversation) -> None:
    code = "import tempfile\nwith tempfile.NamedTemporaryFile() as f:\n    place = f.name\nplace"
    assert value(sales.run(code)).startswith(str(sales.tables.folder))
    assert not tempfile.gettempdir().startswith(str(sales.tables.folder))


def test_the_process_is_where_it_was(sales: Conversation) -> None:
    before = os.getcwd(), dict(os.environ)
    sales.run("import os\nos.chdir('/')\nplt.plot([1])")
    assert (os.getcwd(), dict(os.environ)) == before
