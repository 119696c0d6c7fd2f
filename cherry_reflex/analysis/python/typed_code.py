"""Code as somebody types it into a message."""

import re

PYTHON = "python"
"""The name by which code is sent: `@python …`. Whoever carries it out is `WORKER`."""
WORKER = "a2a:pandas"

_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.S | re.M)


def code_of(message: str) -> str:
    """Return the code of a message: what stands in its fenced blocks (```), one after the other,
    or all of it where there are none."""
    blocks = [match[2].rstrip("\n") for match in _FENCED.finditer(message)]
    return "\n".join(blocks) if blocks else message.strip("\n")
