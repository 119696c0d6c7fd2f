"""Fits the network with JAX, on one thread, from a fixed seed."""

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.reading.training.batches import Table, batches
from benchmarks.reading.training.prepared import Prepared
from cherry_reflex.llm.embedded.network import forward
from cherry_reflex.llm.embedded.network.notation.symbols import PLACES, START, SYMBOLS
from cherry_reflex.llm.embedded.network.weights import NetworkWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

THREADS = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


@dataclass(frozen=True)
class Plan:
    """How to fit. `seconds` and `steps` end it, whichever comes first; the rate of learning falls
    along a cosine to the end."""

    seconds: float
    steps: int
    batch: int = 48
    rate: float = 1.2e-3
    drop: float = 0.08
    drop_words: float = 0.25
    drop_features: float = 0.06
    decay: float = 0.01
    average: float = 0.998
    seed: int = 0
    save_every: int = 200
    compiled: str = ""
    """A folder in which compiled code is kept, so that going on begins at once."""


def fit(
    weights: NetworkWeights,
    questions: Sequence[Prepared],
    table: Table,
    plan: Plan,
    save: Callable[[NetworkWeights], None],
    say: Callable[[str], None],
) -> NetworkWeights:
    """Return weights fitted to the questions (the mean of the last steps' weights). `save` is
    called with what there is, so that a stop at any time leaves something that serves."""
    os.environ.setdefault("XLA_FLAGS", THREADS)
    import jax
    import jax.numpy as jnp
    import numpy as np

    jax.config.update("jax_default_prng_impl", "rbg")
    if plan.compiled:
        jax.config.update("jax_compilation_cache_dir", plan.compiled)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 1.0)
    step = _step(jax, jnp, plan)
    rnd = random.Random(plan.seed)
    key = jax.random.PRNGKey(plan.seed)
    now: Any = {name: jnp.asarray(value) for name, value in weights.numbers.items()}
    mean: Any = {name: jnp.array(value) for name, value in now.items()}
    state: Any = tuple({k: jnp.zeros(v.shape) for k, v in now.items()} for _ in range(2))
    began, done, losses, exact = time.monotonic(), 0, [], []

    def averaged() -> NetworkWeights:
        numbers: dict[str, NDArray[np.float32]] = {
            name: np.asarray(value, np.float32) for name, value in mean.items()
        }
        return NetworkWeights(numbers, weights.concepts, weights.lexicon)

    while done < plan.steps and time.monotonic() - began < plan.seconds:
        for made in batches(questions, table, plan.batch, rnd):
            done += 1
            spent = time.monotonic() - began
            share = max(done / plan.steps, spent / plan.seconds)
            if share >= 1:
                break
            warm = min(1.0, done / 80)
            rate = plan.rate * warm * max(0.02, 0.5 * (1 + np.cos(np.pi * share)))
            key, used = jax.random.split(key)
            kept = min(plan.average, (1 + done) / (10 + done))
            now, mean, state, loss, right = step(
                now,
                mean,
                state,
                made,
                used,
                jnp.float32(done),
                jnp.float32(rate),
                jnp.float32(kept),
            )
            losses.append(float(loss))
            exact.append(float(right))
            if done % 50 == 0:
                say(
                    f"{done} steps, {spent:.0f} s, loss {np.mean(losses[-50:]):.3f}, "
                    f"exact {np.mean(exact[-50:]):.3f}, rate {rate:.5f}"
                )
            if done % plan.save_every == 0:
                save(averaged())
    save(averaged())
    return averaged()


def _step(jax: Any, jnp: Any, plan: Plan) -> Any:
    count = len(SYMBOLS)

    def loss_of(weights: Any, made: Any, key: Any) -> Any:
        keys = jax.random.split(key, 5)
        used = [0]

        def drop(x: Any) -> Any:
            used[0] += 1
            own = jax.random.fold_in(keys[0], used[0])
            return x * jax.random.bernoulli(own, 1 - plan.drop, x.shape) / (1 - plan.drop)

        shape = made["has_segment"].shape
        seen = {
            **made,
            "vectors": made["vectors"]
            * jax.random.bernoulli(keys[1], 1 - plan.drop_features, (*shape, 1)),
            "words": made["words"] * jax.random.bernoulli(keys[2], 1 - plan.drop_words, shape),
            "concepts": made["concepts"]
            * jax.random.bernoulli(keys[3], 1 - plan.drop_words, (*shape, 1)),
            "relations": made["relations"]
            * jax.random.bernoulli(keys[4], 1 - plan.drop_features, (*shape, 1, 1)),
        }
        x = forward.encoded(jnp, weights, seen, drop)
        size = count + made["has_item"].shape[1] + shape[1]
        target = jax.nn.one_hot(made["target"], size)
        start = jax.nn.one_hot(jnp.full((shape[0], 1), PLACES[START]), size)
        before = jnp.concatenate([start, target[:, :-1]], 1)
        told = forward.decoded(jnp, weights, seen, x, before, drop)
        weight = made["weight"]
        missed = -(told * target).sum(-1)
        right = ((told.argmax(-1) == made["target"]) | (weight == 0)).all(1).mean()
        return (missed * weight).sum() / weight.sum(), right

    def step(
        now: Any, mean: Any, state: Any, made: Any, key: Any, done: Any, rate: Any, kept: Any
    ) -> Any:
        (loss, right), slope = jax.value_and_grad(loss_of, has_aux=True)(now, made, key)
        length = jnp.sqrt(sum((one * one).sum() for one in slope.values()))
        scale = jnp.minimum(1.0, 1.0 / (length + 1e-6))
        first, second = state
        new: Any = ({}, {}, {}, {})
        for name, value in now.items():
            one = slope[name] * scale
            m = 0.9 * first[name] + 0.1 * one
            v = 0.98 * second[name] + 0.02 * one * one
            move = (m / (1 - 0.9**done)) / (jnp.sqrt(v / (1 - 0.98**done)) + 1e-8)
            shrink = plan.decay * value if value.ndim == 2 else 0.0
            new[0][name] = value - rate * (move + shrink)
            new[1][name] = mean[name] * kept + new[0][name] * (1 - kept)
            new[2][name], new[3][name] = m, v
        return new[0], new[1], (new[2], new[3]), loss, right

    return jax.jit(step, donate_argnums=(0, 1, 2))
