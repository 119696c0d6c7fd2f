"""What a sandbox tells of its errors, without what nobody outside needs to know."""

import re

_PATH = re.compile(r"(?<![\w:/.])/(?:[^\s/'\"`:;,()<>]+/)+([^\s/'\"`:;,()<>]*)")
_FRAME = re.compile(
    r"^(?:Traceback \(most recent call last\):|  +.*|During handling of .*|)\n", re.M
)
_TRACE = "Traceback (most recent call last):"


def redacted(text: str) -> str:
    """Return a text without the folders of paths, of which the last part stays, and of stack traces
    only the error at the end of each."""
    if _TRACE in text:
        text = _FRAME.sub("", text + "\n").strip()
    return _PATH.sub(lambda found: found.group(1) or "…", text)
