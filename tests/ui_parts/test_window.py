"""Which part of a grid is in view."""

import pytest

from tests.ui_parts.conftest import Run

ROW_PX, VIEW_PX = 32, 640


@pytest.mark.parametrize("total", [0, 1, 20, 1000, 1_000_000, 50_000_000])
def test_last_row_can_be_reached(run: Run, total: int) -> None:
    first = run(
        "artifacts/window.js", f"window.rowWindow({total}, {ROW_PX}, 0, {VIEW_PX})", total=total
    )
    end = max(0, first["heightPx"] - VIEW_PX)
    last = run("artifacts/window.js", f"window.rowWindow({total}, {ROW_PX}, {end}, {VIEW_PX})")
    assert first["first"] == 0
    assert last["last"] == total - 1
    assert first["heightPx"] < 17_000_000  # Firefox lays out nothing taller.


@pytest.mark.parametrize("scroll", [0, 31, 32, 5_000, 7_999_360])
def test_rows_fill_the_view_without_a_gap(run: Run, scroll: int) -> None:
    part = run("artifacts/window.js", f"window.rowWindow(1000000, {ROW_PX}, {scroll}, {VIEW_PX})")
    top = part["offsetPx"]
    bottom = top + (part["last"] - part["first"] + 1) * ROW_PX
    assert top <= scroll
    assert bottom >= scroll + VIEW_PX
    assert part["last"] - part["first"] < 60


def test_columns_in_view_only(run: Run) -> None:
    expression = "window.columnWindow(window.edges(Array(2000).fill(100)), 5050, 600)"
    part = run("artifacts/window.js", expression)
    assert part["first"] <= 50 <= 56 <= part["last"]
    assert part["last"] - part["first"] < 12


def test_columns_fill_the_view_but_for_those_that_were_set_by_hand(run: Run) -> None:
    expression = "window.filled(given.widths, given.view, (at) => at !== given.fixed)"
    found = run("artifacts/window.js", expression, widths=[100, 60, 40], view=400, fixed=1)
    assert found == [200, 60, 140]
    found = run("artifacts/window.js", expression, widths=[300, 200], view=400, fixed=-1)
    assert found == [300, 200], "wider than the view: it scrolls"
