"""What was computed once and is wanted again after a restart, as files in the data directory."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]

KEPT_BYTES = 200_000_000
"""Of files that stay, the latest used; one is 6 KB to 6 MB."""


class ArrayCache:
    """Named arrays under keys. What cannot be read is as if it had never been there, and what
    cannot be written is computed again next time: the array_cache only saves time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> "Arrays | None":
        """Return the arrays of a key, or None."""
        import numpy as np

        path = self._folder / f"{key}.npz"
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            os.utime(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return arrays

    def put(self, key: str, arrays: "Arrays") -> None:
        """Keep arrays. A file appears whole or not at all; the longest unused ones go."""
        import numpy as np

        unfinished = ""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".tmp", delete=False) as file:
                unfinished = file.name
                np.savez(file, **arrays)  # type: ignore[arg-type]
            Path(unfinished).replace(self._folder / f"{key}.npz")
            unfinished = ""
            self._clear()
        except OSError:
            if unfinished:
                Path(unfinished).unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove the longest unused files beyond what may stay."""
        files = [(path, path.stat()) for path in self._folder.glob("*.npz")]
        left = KEPT_BYTES
        for path, found in sorted(files, key=lambda pair: -pair[1].st_mtime):
            left -= found.st_size
            if left < 0:
                path.unlink(missing_ok=True)


def key_of(parts: Iterable[str]) -> str:
    """Return the key of everything that a computation depends on."""
    digest = hashlib.sha256()
    for part in parts:
        told = part.encode()
        digest.update(f"{len(told)}:".encode())
        digest.update(told)
    return digest.hexdigest()
