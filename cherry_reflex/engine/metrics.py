"""What an operator watches. Names are those of the design; registered once in the process."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("streaming_messages_total", "Events of agents and tools.", ["source", "agent"])
STEP_SECONDS = Histogram(
    "streaming_response_seconds",
    "Time from asking a worker to its end.",
    ["agent"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600),
)
ACTIVE = Gauge("streaming_active_total", "Runs under way.")
RUNS = Counter("cherry_runs_total", "Runs by how they ended.", ["state"])
MODEL = {
    "calls": Counter("cherry_model_calls_total", "Calls of language models."),
    "input_tokens": Counter("cherry_model_input_tokens_total", "Tokens that models have read."),
    "output_tokens": Counter("cherry_model_output_tokens_total", "Tokens that they have written."),
    "cost_usd": Counter(
        "cherry_model_cost_usd_total", "Their list price, where it is known (USD)."
    ),
}
