"""Limits that a process sets on itself."""

import resource
import sys

from cherry_reflex.processes.supervisor import ChildProcess

PROGRAM = """
import resource
from cherry_reflex.processes import limits

for value in (100, 200, 50):
    limits.lower(resource.RLIMIT_NOFILE, value)
    print(*resource.getrlimit(resource.RLIMIT_NOFILE), flush=True)
"""


async def test_a_limit_is_lowered_for_good_and_never_raised() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with ChildProcess((sys.executable, "-c", PROGRAM)) as child:
        said = await child.stdout.read()
    assert said.splitlines() == [b"100 100", b"100 100", b"50 50"]
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
