"""The build of the page: `python -m cherry_reflex.web.build` (`scripts/build`) builds the frontend
into .web, unless nothing that it is made from has changed. `--force` builds anyway.

One build at a time: a second one waits, and finds it done.
"""

import argparse
import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMP = ROOT / ".web" / "cherry.stamp"
BUILT = ROOT / ".web" / "build" / "client"
"""The folder of the built page."""

_FOLDERS = ("cherry_reflex/ui", "cherry_reflex/i18n/catalogue", "assets", "reflex.lock")
_FILES = (
    "rxconfig.py",
    "cherry_reflex/cherry_reflex.py",
    "cherry_reflex/web/app.py",
    "cherry_reflex/web/build.py",
)


def inputs() -> list[Path]:
    """Return the files that the built page is made from, sorted."""
    files = [ROOT / name for name in _FILES]
    for folder in _FOLDERS:
        files += [
            path
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ]
    return sorted(files)


def digest() -> str:
    """Return a hash over everything that the built page depends on."""
    made = hashlib.sha256(f"{version('reflex')} {sys.version_info[:2]}".encode())
    for path in inputs():
        made.update(f"\0{path.relative_to(ROOT)}\0".encode())
        made.update(path.read_bytes())
    return made.hexdigest()


def build(*, force: bool = False) -> None:
    """Build the page if what it is made from has changed, or with `force`. It works in the folder
    of the program and stays there. Raises SettingsWrong, and what Reflex raises."""
    os.chdir(ROOT)
    # npm and node of the environment that this Python belongs to come first.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    stamp = digest()
    fresh = STAMP.is_file() and STAMP.read_text() == stamp and (BUILT / "index.html").is_file()
    if fresh and not force:
        return
    print("Building the page (once; it takes a minute) ...", flush=True)  # noqa: T201
    began = time.monotonic()
    STAMP.unlink(missing_ok=True)
    os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"

    from reflex.reflex import cli

    import rxconfig  # noqa: F401  sets what Reflex reads while it is imported
    from cherry_reflex.ui.sources import Sources

    Sources.same_origin = True
    cli.main(["export", "--frontend-only", "--no-zip"], standalone_mode=False)
    STAMP.write_text(digest())
    print(f"Built in {time.monotonic() - began:.0f} s.", flush=True)  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="scripts/build", description="Build the page into .web.")
    parser.add_argument("--force", action="store_true", help="build also when nothing has changed")
    given = parser.parse_args(arguments)
    with Path(__file__).open() as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        build(force=given.force)


if __name__ == "__main__":
    main()
