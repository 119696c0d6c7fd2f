"""What a sandbox tells of its errors, without what nobody outside needs to know."""

import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PATH = re.compile(r"(?<![\w:/.])/(?:[^\s/'\"`:;,()<>]+/)*([^\s/'\"`:;,()<>]*)")
_TRACE = "Traceback (most recent call last):"
_FRAME = re.compile(rf"^(?:{re.escape(_TRACE)}|  +.*|During handling of .*|)\n", re.M)


def redacted(text: str, folders: Iterable[Path]) -> str:
    """Return a text without stack traces, of which the error at the end stays, and without the
    place of files of ours: in these folders, in the product, in Python, in temporary folders. Only
    their last part stays. Other paths are those of the person who asks."""
    if _TRACE in text:
        text = _FRAME.sub("", text + "\n").strip()
    ours = (_ROOT, Path(sys.prefix), Path(sys.base_prefix), Path(tempfile.gettempdir()), *folders)
    starts = tuple(str(folder) for folder in ours)

    def last(found: re.Match[str]) -> str:
        return (found.group(1) or "…") if found.group().startswith(starts) else found.group()

    return _PATH.sub(last, text)
