"""Which symbols may come next."""

from cherry_reflex.llm.embedded.network.notation.items import Item
from cherry_reflex.llm.embedded.network.notation.symbols import (
    FITTING,
    PRODUCTIONS,
    Category,
    Symbol,
    Table,
)


class Ungrammatical(Exception):
    """A symbol stands where it may not."""


class Expectation:
    """What a half-written reading still wants; a value: `after` returns another one."""

    __slots__ = ("_wanted",)

    def __init__(self, wanted: tuple[Category, ...] = ("question",)) -> None:
        self._wanted = wanted

    @property
    def is_complete(self) -> bool:
        """Whether nothing is wanted any more."""
        return not self._wanted

    @property
    def category(self) -> Category:
        """The category of what comes next."""
        return self._wanted[0]

    @property
    def allowed(self) -> Table:
        """The symbols (pointers by their kind) that may come next."""
        return PRODUCTIONS[self._wanted[0]]

    @property
    def length(self) -> int:
        """How many things are wanted at least."""
        return len(self._wanted)

    def fits(self, item: Item) -> bool:
        """Whether an item of an allowed kind may stand there: of numbers, only some may."""
        check = FITTING.get(self.category)
        if check is None or item.number is None:
            return True
        return check(item.number)

    def after(self, symbol: Symbol) -> "Expectation":
        """Return what is wanted after a symbol (a pointer by its kind). Raises Ungrammatical."""
        if self.is_complete or symbol not in self.allowed:
            raise Ungrammatical(symbol)
        return Expectation((*self.allowed[symbol], *self._wanted[1:]))
