"""`docs/design-document.md` names what is there: files, settings with their defaults, metrics."""

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from cherry_reflex.engine import metrics
from cherry_reflex.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "design-document.md").read_text("utf-8")
NAMED = re.findall(r"`([^`\n]+)`", TEXT)
PLACES = sorted({name.split(" ")[0] for name in NAMED if re.fullmatch(r"[\w.]+(/[\w.]*)+", name)})
# In the folder that the row names before it.
BESIDE = sorted({name for name in NAMED if re.fullmatch(r"\w+\.(py|js)", name)})


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_there(place: str) -> None:
    assert (ROOT / place).exists() or (ROOT / "cherry_reflex" / place).exists()


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_is_there(name: str) -> None:
    assert (ROOT / name).exists() or list((ROOT / "cherry_reflex").rglob(name))


def test_it_names_many() -> None:
    assert len(PLACES) > 30
    assert len(BESIDE) > 10


def test_settings_have_the_defaults_that_are_told() -> None:
    knobs = TEXT[TEXT.index("## Knobs") : TEXT.index("## Metrics")]
    rows = re.findall(r"^\|[^|]+\| `CHERRY_(\w+)` \|([^|]+)\|", knobs, re.MULTILINE)
    assert len(rows) == 15
    for name, told in rows:
        default = Settings.model_fields[name.lower()].default
        assert re.findall(r"\d+", told)[0] == str(default), name
    for name in set(re.findall(r"`CHERRY_(\w+)`", TEXT)):
        assert name.lower() in Settings.model_fields, name


def test_metrics_have_the_names_and_labels_that_are_told() -> None:
    section = TEXT[TEXT.index("## Metrics") : TEXT.index("## Targets")]
    told = dict(re.findall(r"`((?:streaming|cherry)_\w+)(?:\{([\w, ]+)\})?`", section))
    here = (metrics.MESSAGES, metrics.STEP_SECONDS, metrics.ACTIVE, metrics.RUNS)
    assert len(told) == len(here)
    for (name, labels), collector in zip(told.items(), here, strict=True):
        assert f"# TYPE {name} " in generate_latest().decode()
        assert tuple(filter(None, labels.split(", "))) == collector._labelnames
