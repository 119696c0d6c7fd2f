"""A clock that tests can set: with this folder on PYTHONPATH, `time.time()` is off by as many
seconds as the file CLOCK_FILE says (a double, as the machine writes it)."""

import mmap
import os
import struct
import time

if path := os.environ.get("CLOCK_FILE"):
    with open(path, "rb") as file:
        _offset = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
    _true = time.time
    time.time = lambda: _true() + struct.unpack("d", _offset[:8])[0]
