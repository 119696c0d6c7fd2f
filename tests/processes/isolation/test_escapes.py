"""Ways out of the lock: refused to a locked process, and no accident, since each that does no harm
is shown to work without the lock."""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the lock is Linux's", allow_module_level=True)

from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.processes.isolation.landlock import PORTS_VERSION, version
from tests.processes.isolation import escapes
from tests.processes.isolation.scene import PROJECT

ESCAPES = escapes.load()
IS_ROOT = os.geteuid() == 0
WHO = ("root", "user") if IS_ROOT else ("user",)
UNKNOWN = ("ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EOPNOTSUPP", "ENOTTY")
"""What a kernel says that was built without something."""
REFUSED = ("EPERM", "EACCES")
_SYS_ADMIN = 1 << 21


@cache
def tried(who: str, how: str) -> dict[str, dict[str, Any]]:
    names = [name for name, one in ESCAPES.items() if how != "free" or who in one.works_for]
    with tempfile.TemporaryDirectory() as folder:
        host = subprocess.run(
            [sys.executable, "-m", "tests.processes.isolation.host", who, how, folder, *names],
            cwd=PROJECT,
            env=os.environ | {"CHERRY_SECRET": "secret"},
            capture_output=True,
            timeout=110,
            start_new_session=True,
            check=False,
        )
    assert host.returncode == 0, host.stderr.decode()
    outcomes: dict[str, dict[str, Any]] = json.loads(host.stdout)
    return outcomes


@pytest.mark.skipif(
    not supported().is_complete, reason=f"this kernel lacks {', '.join(supported().missing)}"
)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", ESCAPES)
def test_refused(name: str, who: str) -> None:
    locked = tried(who, "locked")[name]
    assert locked["refused"], locked["detail"]
    if version() >= PORTS_VERSION:
        client = tried(who, "client")[name]
        assert client["refused"], client["detail"]
    if who in ESCAPES[name].works_for:
        free = tried(who, "free")[name]
        if free.get("errno") in (*UNKNOWN, *(REFUSED if machine_refuses_much() else ())):
            pytest.skip(f"refused; so it is by this machine without the lock: {free['detail']}")
        assert free.get("worked"), f"no use without the lock either: {free['detail']}"


@cache
def machine_refuses_much() -> bool:
    """Return whether these tests are under a lock themselves: a container's, a distribution's."""
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    settings = ("yama/ptrace_scope", "apparmor_restrict_unprivileged_userns")
    kept = (Path("/proc/sys/kernel", name) for name in settings)
    return (
        status["Seccomp"] != "0"
        or (IS_ROOT and not int(status["CapEff"], 16) & _SYS_ADMIN)
        or any(path.exists() and path.read_text().strip() != "0" for path in kept)
    )


def test_enough_of_them() -> None:
    assert len(ESCAPES) >= 70
