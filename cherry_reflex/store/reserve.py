"""Space on the disk that is kept for the last words of runs: how they ended can be written, and be
seen, also when the disk is full."""

import os
from pathlib import Path

RESERVE_BYTES = 2_000_000


class Reserve:
    """A file that is given up when it is needed, and made again before anything else is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def kept(self) -> bool:
        """Whether the space is held."""
        return self._path.exists()

    def spend(self) -> bool:
        """Give the space back to the disk; False when there was none."""
        if not self.kept:
            return False
        self._path.unlink()
        return True

    def make(self) -> None:
        """Hold the space, if it is not held. Raises OSError when the disk has not that much."""
        if self.kept:
            return
        part = self._path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                # Random, as some file systems keep zeros in no space at all.
                file.write(os.urandom(RESERVE_BYTES))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
