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

KEPT = 64
"""Files that stay, the latest used; one is 1 to 6 MB."""


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
            files = sorted(self._folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
            for path in files[:-KEPT]:
                path.unlink(missing_ok=True)
        except OSError:
            if unfinished:
                Path(unfinished).unlink(missing_ok=True)


def key_of(parts: Iterable[str]) -> str:
    """Return the key of everything that a computation depends on."""
    digest = hashlib.sha256()
    for part in parts:
        told = part.encode()
        digest.update(f"{len(told)}:".encode())
        digest.update(told)
    return digest.hexdigest()
