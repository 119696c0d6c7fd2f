"""Expressions, conditions and measures in words. Columns and values are bold (Markdown), so that
readings can be told apart at a glance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.language import KOREAN, Language
from cherry_reflex.core.reading.condition import (
    AgainstMean,
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, Number, Today
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.i18n.catalogue import text

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_OPERATORS = {
    "=": "equal",
    "!=": "not_equal",
    ">": "greater",
    ">=": "at_least",
    "<": "less",
    "<=": "at_most",
}
_VALUES_TOLD = 6


def bold(value: str) -> str:
    """Return a text as bold Markdown; asterisks of its own are kept as they are."""
    return f"**{value.replace('*', chr(92) + '*')}**"


_NAME = "\0"


def unmarked(value: str) -> str:
    """Return a name where nothing can be bold, marked for `begun` alone."""
    return f"{_NAME}{value}"


def begun(said: str) -> str:
    """Return words with a capital letter at their beginning, unless they begin with a name, which
    stays as the person wrote it."""
    return (said[:1].upper() + said[1:]).replace(_NAME, "")


def plain(said: str) -> str:
    """Return words as they stand within a sentence."""
    return said.replace(_NAME, "")


@dataclass(frozen=True)
class Phrases:
    """Says parts of readings in one language; `mark` marks columns and values."""

    language: Language
    mark: Callable[[str], str] = bold

    def say(self, key: str, **params: Any) -> str:
        """Return an entry of the catalogue (`reading.<key>`)."""
        return text(f"reading.{key}", self.language, **params)

    def value(self, value: Any) -> str:
        """Return a value of a cell, marked."""
        if isinstance(value, bool):
            return self.mark(text(f"fact.word.{'yes' if value else 'no'}", self.language))
        if isinstance(value, float):
            return self.mark(f"{value:.12g}")
        return self.mark(str(value))

    def listed(self, parts: Sequence[str]) -> str:
        """Return several parts as one list."""
        return ", ".join(parts)

    def expression(self, expression: Any, *, inner: bool = False) -> str:
        """Return a column, a number, a calculation, or the result of a measure."""
        match expression:
            case ColumnRef():
                name = self.mark(expression.name)
                if expression.dataset:
                    name = self.say("of_table", column=name, table=self.mark(expression.dataset))
                if not expression.grain:
                    return name
                return self.say(f"grain_of.{expression.grain}", column=name)
            case Number():
                return self.mark(f"{expression.value:.12g}")
            case Today():
                return self.say("today")
            case MeasureRef():
                place = expression.index + 1
                return self.say("result_n", place=place) if place > 1 else self.say("result")
            case Arithmetic():
                left = self.expression(expression.left, inner=True)
                right = self.expression(expression.right, inner=True)
                if expression.op == "ratio_of_sums":
                    said = self.say("ratio_of_sums", left=left, right=right)
                else:
                    said = f"{left} {_SIGNS[expression.op]} {right}"
                if expression.unit:
                    said = self.say(f"in_unit.{expression.unit}", of=said)
                return f"({said})" if inner else said
        raise TypeError(type(expression).__name__)

    def condition(self, condition: Condition, form: str = "") -> str:
        """Return a condition. Korean has three forms: before a noun (`""`), before another one
        (`.and`) and before an alternative (`.or`)."""
        match condition:
            case All():
                return self._joined(condition.parts, "and", form)
            case AnyOf():
                return self._joined(condition.parts, "or", form)
            case Not():
                return self._negated(condition.part, form)
            case _:
                return self._leaf(condition, form, negated=False)

    def _joined(self, parts: Sequence[Condition], how: str, form: str) -> str:
        said = ""
        for place, part in enumerate(parts):
            is_last = place == len(parts) - 1
            one = self.condition(part, form if is_last else f".{how}")
            if isinstance(part, All | AnyOf):
                one = f"({one})"
            said = self.say(f"join.{how}", first=said, second=one) if said else one
        return said

    def _negated(self, part: Condition, form: str) -> str:
        if isinstance(part, Comparison) and part.op == "=":
            return self._leaf(part.model_copy(update={"op": "!="}), form, negated=False)
        if isinstance(part, Comparison) and part.op == "!=":
            return self._leaf(part.model_copy(update={"op": "="}), form, negated=False)
        if isinstance(part, Presence):
            turned = part.model_copy(update={"is_missing": not part.is_missing})
            return self._leaf(turned, form, negated=False)
        if isinstance(part, Membership | Between | TextMatch | RelativePeriod):
            return self._leaf(part, form, negated=True)
        return self.say(f"where.not{form}", part=self.condition(part))

    def _leaf(self, condition: Any, form: str, *, negated: bool) -> str:
        turned = "_not" if negated else ""
        match condition:
            case Comparison():
                left = self.expression(condition.left)
                right = condition.right
                is_value = isinstance(right, bool | int | float | str)
                said = self.value(right) if is_value else self.expression(right)
                if condition.unit:
                    said = self.say(f"in_unit.{condition.unit}", of=said)
                key = _OPERATORS[condition.op]
                return self.say(f"where.{key}{form}", left=left, right=said)
            case Membership():
                kept = [self.value(value) for value in condition.values[:_VALUES_TOLD]]
                if len(condition.values) > _VALUES_TOLD:
                    kept.append("…")
                left, values = self.expression(condition.of), self.listed(kept)
                return self.say(f"where.one_of{turned}{form}", left=left, values=values)
            case Between():
                params = {"low": self.value(condition.low), "high": self.value(condition.high)}
                left = self.expression(condition.of)
                return self.say(f"where.between{turned}{form}", left=left, **params)
            case TextMatch():
                key = f"where.{condition.how}{turned}{form}"
                found = self.value(condition.text)
                return self.say(key, left=self.expression(condition.of), right=found)
            case Presence():
                key = "missing" if condition.is_missing else "present"
                return self.say(f"where.{key}{form}", left=self.expression(condition.of))
            case AgainstMean():
                key = "above_mean" if condition.op == ">" else "below_mean"
                left = self.expression(condition.of)
                if not condition.within:
                    return self.say(f"where.{key}{form}", left=left)
                within = self.listed([self.expression(one) for one in condition.within])
                return self.say(f"where.{key}_within{form}", left=left, within=within)
            case TopShare():
                key = "top" if condition.direction == "largest" else "bottom"
                percent = self.mark(f"{condition.percent:g}%")
                left = self.expression(condition.of)
                return self.say(f"where.{key}{form}", left=left, percent=percent)
            case RelativePeriod():
                left, period = self.expression(condition.of), self.relative(condition)
                return self.say(f"where.in_period{turned}{form}", left=left, period=period)
        raise TypeError(type(condition).__name__)

    def relative(self, condition: RelativePeriod) -> str:
        """Return a relative period: last month, the next 7 days, the 30 days up to the newest."""
        unit, count = condition.unit, condition.count
        if condition.is_rolling:
            which = "next" if condition.which == "next" else "last"
            said = self.say(f"rolling_{which}.{unit}", count=count)
        elif count == 1:
            said = self.say(f"{condition.which}.{unit}")
        else:
            said = self.say(f"{condition.which}_many.{unit}", count=count)
        said = self.mark(said)
        return self.say("from_today", period=said) if condition.anchor == "today" else said

    def measure(self, measure: Measure) -> str:
        """Return a measure: mean of **x**, 95th percentile of **x**, share of rows where …"""
        said = self._aggregated(measure)
        if measure.per is not None:
            said = self.say("measure_per", measure=said, per=self.expression(measure.per))
        return said

    def _aggregated(self, measure: Measure) -> str:
        agg, of = measure.agg, measure.of
        if of is not None and _is_of_totals(of):
            return self._when(self.expression(of), measure)
        if of is None:
            if agg == "rate" and measure.when is not None:
                return self.say("agg.rate_when", when=self.condition(measure.when))
            if agg == "share" and measure.when is not None:
                return self.say("agg.rate_when", when=self.condition(measure.when))
            key = agg if agg in ("share", "growth", "cumulative_sum", "rank", "rate") else "count"
            return self._when(self.say(f"agg_rows.{key}"), measure)
        params = {"of": self.expression(of)}
        if agg == "percentile":
            params["p"] = self.place(measure.p if measure.p is not None else 50)
        return self._when(self.say(f"agg.{agg}", **params), measure)

    def place(self, number: float) -> str:
        """Return a place in an order: 2nd, 95th; in Korean the number alone."""
        return f"{number:g}" if self.language == KOREAN else _ordinal(number)

    def _when(self, said: str, measure: Measure) -> str:
        if measure.when is None:
            return said
        return self.say("measure_when", measure=said, when=self.condition(measure.when))


def _is_of_totals(expression: Expression) -> bool:
    if not isinstance(expression, Arithmetic):
        return False
    inner = _is_of_totals(expression.left) or _is_of_totals(expression.right)
    return inner or expression.op == "ratio_of_sums"


def _ordinal(number: float) -> str:
    shown = f"{number:g}"
    if not float(number).is_integer() or 11 <= int(number) % 100 <= 13:
        return f"{shown}th"
    return shown + {1: "st", 2: "nd", 3: "rd"}.get(int(number) % 10, "th")
