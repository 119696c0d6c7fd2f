"""The lock: what still works inside it, that it says what it enforces, and what it costs."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the lock is Linux's", allow_module_level=True)

from cherry_reflex.processes.isolation import landlock, roots
from cherry_reflex.processes.isolation.isolation import Enforced, supported
from tests.processes.isolation.scene import PROJECT

needs_all = pytest.mark.skipif(
    not supported().is_complete, reason=f"this kernel lacks {', '.join(supported().missing)}"
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give rights up")
_SYSTEM_PYTHON = "/usr/bin/python3"
_OVERRIDE = 2  # CAP_DAC_OVERRIDE


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own, which only its user reaches."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "results").mkdir()
        (folder / "table.csv").write_text("id,amount\n1,2\n")
        (folder / "secret").write_text("secret")
        yield folder


def ran(name: str, folder: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    results = str(folder / "results")
    return subprocess.run(
        [python, "-m", "tests.processes.isolation.inside", name, str(folder)],
        cwd=PROJECT,
        env=os.environ
        | {"TMPDIR": results, "MPLCONFIGDIR": results, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def said(name: str, folder: Path, python: str = sys.executable) -> Any:
    done = ran(name, folder, python)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@needs_all
def test_libraries_work(folder: Path) -> None:
    assert {name: how for name, how in said("libraries", folder).items() if how != "works"} == {}


@needs_all
def test_files_work(folder: Path) -> None:
    assert said("files", folder) == "oneone"


@needs_all
def test_process_itself_works(folder: Path) -> None:
    assert said("itself", folder) == "works"
    assert ran("abort", folder).returncode == -signal.SIGABRT
    assert said("twice", folder) is True


@needs_all
def test_says_what_is_enforced(folder: Path) -> None:
    found = said("enforced", folder)
    wanted = found["enforced"] | {"own_user": found["supported"]["own_user"]}
    assert found["supported"] == wanted
    assert Enforced(**found["enforced"]).is_complete
    assert (found["capabilities"], found["filters"], found["threads"]) == (0, "2", "1")
    assert found["at_parents_death"] == signal.SIGKILL
    assert found["maps"]


def test_names_what_is_missing() -> None:
    found = Enforced(files=False, network=True, signals=True, system_calls=True, own_user=False)
    assert found.missing == ("files", "own_user")
    assert not found.is_complete


@needs_all
def test_every_listed_call_is_decided_by_the_filter(folder: Path) -> None:
    assert said("verdicts", folder) == []


@needs_all
def test_older_kernels(folder: Path) -> None:
    found = said("versions", folder)
    assert len(found) == landlock.version() + 1
    for version, (missing, may_read, may_cut_off, moves) in found.items():
        has_files = version != "0"
        assert ("files" in missing, may_read) == (not has_files, not has_files)
        assert not may_cut_off
        assert moves
    assert set(said("without_filter", folder)) >= {"files", "network", "signals", "system_calls"}


@needs_all
@pytest.mark.skipif(landlock.version() < landlock.PORTS_VERSION, reason="knows no ports")
def test_connects_to_what_is_named_and_no_longer_than_needed(folder: Path) -> None:
    found = said("clients", folder)
    assert found["complete"] and found["peer"] and found["sent"]
    allowed = [name for part in ("before", "after") for name, no in found[part].items() if not no]
    assert allowed == []


@needs_all
def test_connects_where_the_kernel_knows_no_ports(folder: Path) -> None:
    assert said("older_clients", folder) == [True, True]


@needs_all
def test_what_is_named_must_exist(folder: Path) -> None:
    assert said("missing", folder) == ["none.csv", True, 3]


@needs_all
def test_refuses_a_process_with_threads(folder: Path) -> None:
    assert "single thread" in said("with_threads", folder)


def test_of_the_product_only_its_package_is_read() -> None:
    assert os.fspath(PROJECT) in map(os.path.abspath, sys.path)
    assert PROJECT / "cherry_reflex" in roots.of_python()
    found = (*roots.of_python(), *roots.of_system())
    assert not any(PROJECT.is_relative_to(path) for path in found)


@needs_all
@needs_root
def test_root_reads_what_is_anothers(folder: Path) -> None:
    table = folder / "table.csv"
    os.chown(table, 1234, 1234)
    table.chmod(0o600)
    assert said("enforced", folder)["capabilities"] == _OVERRIDE
    assert said("files", folder) == "oneone"


@needs_all
@needs_root
def test_root_becomes_a_user_of_its_own(folder: Path) -> None:
    python = _python_for_everybody(folder)
    before = folder / "results" / "before"
    before.write_text("x")
    found = said("enforced", folder, python)
    assert found["enforced"]["own_user"]
    assert found["user"] > 2_000_000_000
    assert (found["capabilities"], found["groups"], found["bounding"]) == (0, [], 0)
    assert found["at_parents_death"] == signal.SIGKILL
    assert found["maps"]
    assert before.stat().st_uid == (folder / "results").stat().st_uid == found["user"]
    assert (folder / "table.csv").stat().st_uid == 0
    assert said("files", folder, python) == "oneone"
    assert said("itself", folder, python) == "works"


def _python_for_everybody(folder: Path) -> str:
    """Return an interpreter that a user without any rights can run, with the product's package."""
    check = "import sys, os; [os.stat(path + '/.') for path in sys.argv[1:]]"
    check += "; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, _SYSTEM_PYTHON):
        with suppress(OSError):
            done = subprocess.run(
                [python, "-c", check, str(PROJECT / "cherry_reflex"), str(folder)],
                user=65534,
                group=65534,
                cwd="/",
                capture_output=True,
                check=False,
            )
            if done.returncode == 0:
                return python
    pytest.skip("no interpreter that everybody can run")


@needs_all
def test_cost_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = said("cost", folder)
    with capsys.disabled():
        print(f"\nthe lock took {first:.0f} µs in a process just forked, {again:.0f} µs again")
