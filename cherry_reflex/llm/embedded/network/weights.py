"""The trained numbers of the network: where they lie, and how fresh ones begin."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS
from cherry_reflex.llm.embedded.network.features import MARKS, PAIRS, RELATIONS, TRAITS
from cherry_reflex.llm.embedded.network.forward import (
    DECODER,
    ENCODER,
    HEADS,
    HIDDEN,
    NEAR,
    PIECES_MAX,
    WIDTH,
)
from cherry_reflex.llm.embedded.network.notation.symbols import SYMBOLS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

FILE = Path(knowledge.__file__).parent / "network.npz"
DIGEST = FILE.with_suffix(".sha256")
"""The SHA-256 of the file, in hexadecimal, written by training."""


@dataclass(frozen=True)
class NetworkWeights:
    """Numbers by name, with what they stand for: `concepts` (words of analysis by id), `lexicon`
    (frequent words, the first stands for all others) and `symbols` in the order of their rows."""

    numbers: "dict[str, Array]"
    concepts: tuple[str, ...]
    lexicon: tuple[str, ...]
    symbols: tuple[str, ...] = SYMBOLS

    def write(self, path: Path) -> None:
        """Write the weights as half-precision numbers, and the digest beside them."""
        import numpy as np

        buffer = io.BytesIO()
        numbers: dict[str, Any] = {k: np.asarray(v, np.float16) for k, v in self.numbers.items()}
        names = {"concepts": self.concepts, "lexicon": self.lexicon, "symbols": self.symbols}
        numbers |= {f"names.{key}": np.array(value) for key, value in names.items()}
        np.savez_compressed(buffer, **numbers)
        path.write_bytes(buffer.getvalue())
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()
        path.with_suffix(".sha256").write_text(digest + "\n", "utf-8")


def read(path: Path = FILE) -> NetworkWeights:
    """Read weights. Raises Unavailable (`network_missing`, `network_changed`) when the file is not
    there, differs from its digest, or was trained for other symbols."""
    import numpy as np

    try:
        content = path.read_bytes()
        digest = path.with_suffix(".sha256").read_text("utf-8").strip()
    except OSError as error:
        raise Unavailable("network_missing", detail=str(error)) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable("network_changed", file=path.name)
    with np.load(io.BytesIO(content)) as file:
        numbers = {k: file[k].astype(np.float32) for k in file.files if not k.startswith("names.")}
        names = {k: tuple(map(str, file[f"names.{k}"])) for k in ("concepts", "lexicon", "symbols")}
    if names["symbols"] != SYMBOLS:
        raise Unavailable("network_changed", file=path.name)
    return NetworkWeights(numbers, names["concepts"], names["lexicon"])


def fresh(concepts: tuple[str, ...], lexicon: tuple[str, ...], seed: int = 0) -> NetworkWeights:
    """Return weights as they are before training."""
    import numpy as np

    rnd = np.random.default_rng(seed)
    numbers: dict[str, Array] = {}

    def matrix(name: str, rows: int, columns: int, gain: float = 1.0) -> None:
        values = rnd.standard_normal((rows, columns)) * gain / np.sqrt(rows)
        numbers[name] = values.astype(np.float32)

    def table(name: str, *shape: int, spread: float = 0.1) -> None:
        numbers[name] = (rnd.standard_normal(shape) * spread).astype(np.float32)

    def zeros(name: str, *shape: int) -> None:
        numbers[name] = np.zeros(shape, np.float32)

    def norm(name: str) -> None:
        numbers[f"{name}.scale"] = np.ones(WIDTH, np.float32)
        zeros(f"{name}.shift", WIDTH)

    def feed(name: str) -> None:
        matrix(f"{name}.in", WIDTH, HIDDEN)
        zeros(f"{name}.in_shift", HIDDEN)
        matrix(f"{name}.out", HIDDEN, WIDTH, 0.7)
        zeros(f"{name}.out_shift", WIDTH)

    for name, rows in (("vectors", DIMENSIONS), ("names", DIMENSIONS)):
        matrix(name, rows, WIDTH)
    for name, rows in (("marks", MARKS), ("traits", TRAITS)):
        matrix(name, rows, WIDTH)
    table("concepts", len(concepts), WIDTH, spread=0.5)
    table("words", len(lexicon), WIDTH, spread=0.1)
    zeros("said_shift", WIDTH)
    zeros("things_shift", WIDTH)
    for layer in range(ENCODER):
        name = f"encoder{layer}"
        norm(f"{name}.before")
        norm(f"{name}.between")
        for part in "qkvo":
            matrix(f"{name}.{part}", WIDTH, WIDTH, 0.7 if part == "o" else 1.0)
        feed(name)
        zeros(f"{name}.near", 2 * NEAR + 1, HEADS)
        table(f"{name}.to_items", RELATIONS, HEADS, spread=1.5)
        table(f"{name}.to_words", RELATIONS, HEADS, spread=1.5)
        zeros(f"{name}.pairs", PAIRS, HEADS)
    norm("encoded")
    table("symbols", len(SYMBOLS), WIDTH)
    table("order", PIECES_MAX, WIDTH, spread=0.05)
    for name in ("item_in", "word_in", "item_out", "word_out", "pointing"):
        matrix(name, WIDTH, WIDTH)
    matrix("writing", WIDTH, len(SYMBOLS))
    zeros("writing_shift", len(SYMBOLS))
    for layer in range(DECODER):
        name = f"decoder{layer}"
        for part in ("before", "across", "between"):
            norm(f"{name}.{part}")
        for part in ("q", "k", "v", "o", "xq", "xk", "xv", "xo"):
            matrix(f"{name}.{part}", WIDTH, WIDTH, 0.7 if part in ("o", "xo") else 1.0)
        feed(name)
    norm("decoded")
    return NetworkWeights(numbers, concepts, lexicon)
