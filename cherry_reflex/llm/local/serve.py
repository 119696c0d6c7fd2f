"""The process that serves a local model: `python -m cherry_reflex.llm.local.serve FILE …`.

When the model is loaded it prints `{"url": "http://127.0.0.1:PORT"}` on a line of its own. It ends
with its standard input. The engine is llama.cpp's own server, in the package `xllamacpp`.
"""

import argparse
import json
import os
import sys

from cherry_reflex.processes import liveness

_PROMPT_CACHE_MIB = 512


def main() -> int:
    """Serve until standard input ends; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--context", type=int, required=True, help="tokens of the context")
    parser.add_argument("--name", default="", help="what the model is called")
    given = parser.parse_args()
    liveness.end_with_parent()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = given.file
    params.model_alias = {given.name or given.file}
    params.n_ctx = given.context
    params.n_predict = given.context // 2  # small models may know no end
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1  # several would share the context
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.cpuparams.poll = 0  # waiting threads sleep
    params.ui = False
    params.endpoint_slots = False  # prompts of others
    server = xllamacpp.Server(params)
    sys.stdout.write(json.dumps({"url": server.listening_address}) + "\n")
    sys.stdout.flush()
    while os.read(0, 4096):
        pass
    # Its threads may be in the middle of an answer that nobody waits for.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
