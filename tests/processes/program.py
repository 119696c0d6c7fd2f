"""What a forked program of the tests does: repeats lines, then ends with its input."""

import os
import signal
import sys

if __name__ == "__main__":
    for line in sys.stdin:
        word = os.environ.get("WORD", "")
        print(line.strip(), word, os.getcwd(), os.getpid(), flush=True)
        print("heard", file=sys.stderr, flush=True)
    if "STAY" in os.environ:
        signal.pause()
