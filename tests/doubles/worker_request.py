"""A request as the broker makes it."""

from typing import Any

from cherry_reflex.core.worker import WorkerRequest


def worker_request(worker: str, request: str = "What sells best?", **more: Any) -> WorkerRequest:
    """Return a request to a worker."""
    return WorkerRequest(
        conversation_id="c1", run_id="r1", step_id="s1", worker=worker, request=request, **more
    )
