"""Net promoter score and top-2-box of a rating, overall or by groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import GROUPING, NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

Scale = Literal["0-10", "1-10", "1-7", "1-5"]
_Z = 1.959964
_GROUPS_MAX = 50
_FEW = 30
"""Below so many answers a score is said to be uncertain."""
_LIMITS: dict[Scale, tuple[int, int]] = {
    "0-10": (0, 10), "1-10": (1, 10), "1-7": (1, 7), "1-5": (1, 5),
}  # fmt: skip
_DETRACTOR = 6
_BOX = 2


@dataclass(frozen=True)
class _Score:
    """Answers of a group: how many are in the top (9 and 10, or the two best), in the bottom (0 to
    6, or the two worst) and in all."""

    name: str
    answers: int
    top: int
    bottom: int
    mean: float

    @property
    def net(self) -> float:
        return (self.top - self.bottom) / self.answers

    @property
    def top_share(self) -> float:
        return self.top / self.answers

    def margin(self, *, is_net: bool) -> float:
        """Half the width of the 95 % interval (normal approximation of shares)."""
        p, q = self.top / self.answers, self.bottom / self.answers
        variance = p + q - (p - q) ** 2 if is_net else p * (1 - p)
        return float(_Z * (variance / self.answers) ** 0.5)


class NetPromoterScore(Filtered):
    """Net promoter score (NPS) of a 0 to 10 rating: the share of promoters (9, 10) less that of
    detractors (0 to 6); top-2-box of ratings from 1 to 5 or 7; by groups, with intervals."""

    name: ClassVar[str] = "nps"
    examples: ClassVar[tuple[str, ...]] = (
        "NPS를 계산해줘",
        "순추천지수가 얼마야?",
        "만족도 상위 2개 응답(Top 2 box) 비율을 구해줘",
        "What is our NPS?",
        "Net promoter score by segment",
        "Top-2-box of satisfaction",
    )

    score: str = column_field("Column of ratings.", *NUMERIC)
    group_by: str = column_field("Column whose groups are compared.", *GROUPING, default="")
    scale: Literal["auto", "0-10", "1-10", "1-7", "1-5"] = Field(
        "auto", description="The scale of the ratings; auto: told from the values."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns do not fit: also where the whole range of the ratings, as far
        as it is known, is that of no scale."""
        super().check(tables)
        if self.score == self.group_by:
            raise BadInput("column_twice", column=self.score)
        column = tables.get(self.dataset).column(self.score)
        low, high = (column.minimum, column.maximum) if column is not None else (None, None)
        if self.scale != "auto" or self.conditions:
            return
        if isinstance(low, int | float) and isinstance(high, int | float):
            _scale_of(self.score, float(low), float(high))

    def run(self, tables: Tables) -> Outcome:
        """Compute. Ratings outside of the scale are left out, and said."""
        with open_source(self, tables) as source:
            scale = self._scale(source)
            is_net = scale in ("0-10", "1-10")
            sql = self._sql(source, scale)
            rows = source.all(sql)
            if not rows:
                raise BadInput("values_none", column=self.score)
            if len(rows) > _GROUPS_MAX:
                raise BadInput(
                    "groups_many", column=self.group_by, count=len(rows), limit=_GROUPS_MAX
                )
            groups = [_Score(str(r[0]), int(r[1]), int(r[2]), int(r[3]), float(r[4])) for r in rows]
            whole = _together(source.say("heading.total"), groups)
            shown = sorted(groups, key=lambda g: (-g.net, g.name)) if self.group_by else []
            key = "net" if is_net else "box"
            title = source.say(f"nps.title_{key}", column=self.score)
            table = self._table(source, title, [*shown, whole], is_net=is_net)
            chart = self._chart(source, title, [*shown, whole], is_net=is_net)
            facts = self._told(whole, shown, scale, is_net=is_net)
            facts += [*self._left_out(source, whole, scale), *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(table, chart), code=sql, code_language="sql")

    def _scale(self, source: Source) -> Scale:
        if self.scale != "auto":
            return self.scale
        name = ident(self.score)
        low, high = source.one(f"SELECT min({name}), max({name}) {source.of()}")
        if high is None:
            raise BadInput("values_none", column=self.score)
        return _scale_of(self.score, float(low), float(high))

    def _sql(self, source: Source, scale: Scale) -> str:
        low, high = _LIMITS[scale]
        is_net = scale in ("0-10", "1-10")
        value = ident(self.score)
        # 8.5 is no promoter, and 6.5 no detractor.
        top = f"{value} > {high - _BOX}" if not is_net else f"{value} >= {high - 1}"
        bottom = f"{value} <= {_DETRACTOR}" if is_net else f"{value} < {low + _BOX}"
        within = source.of(f"{value} BETWEEN {low} AND {high}")
        missing = literal(source.say("missing_value"))
        group = f"coalesce({ident(self.group_by)}::VARCHAR, {missing})" if self.group_by else "''"
        return (
            f"SELECT {group} AS name, count(*) AS answers, count(*) FILTER ({top}) AS top, "
            f"count(*) FILTER ({bottom}) AS bottom, avg({value}) AS mean {within} "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_GROUPS_MAX + 1}"
        )

    def _told(
        self, whole: _Score, groups: Sequence[_Score], scale: Scale, *, is_net: bool
    ) -> list[Fact]:
        margin = whole.margin(is_net=is_net)
        value = whole.net if is_net else whole.top_share
        params: dict[str, Any] = {
            "column": self.score, "answers": whole.answers, "top": whole.top_share,
            "bottom": whole.bottom / whole.answers, "mean": whole.mean, "scale": scale,
        }  # fmt: skip
        if is_net:
            params |= {
                "value": value * 100, "low": (value - margin) * 100,
                "high": (value + margin) * 100,
            }  # fmt: skip
            facts = [Fact(key="nps.net", params=params, weight=1.0)]
        else:
            params |= {"low": max(0.0, value - margin), "high": min(1.0, value + margin)}
            facts = [Fact(key="nps.box", params=params, weight=1.0)]
        if len(groups) > 1:
            best, worst = groups[0], groups[-1]
            if not is_net:
                best = max(groups, key=lambda g: g.top_share)
                worst = min(groups, key=lambda g: g.top_share)
            more: dict[str, Any] = {
                "best": best.name, "worst": worst.name, "by": self.group_by,
                "high": best.net * 100 if is_net else best.top_share,
                "low": worst.net * 100 if is_net else worst.top_share,
            }  # fmt: skip
            key = "nps.groups_net" if is_net else "nps.groups_box"
            facts.append(Fact(key=key, params=more, weight=0.9))
        few = [f"{g.name} ({g.answers})" for g in groups if g.answers < _FEW]
        if few or whole.answers < _FEW:
            told = {"groups": few[:8] or [str(whole.answers)], "least": _FEW}
            key = "nps.few_groups" if few else "nps.few"
            facts.append(Fact(key=key, params=told, weight=0.5))
        return facts

    def _left_out(self, source: Source, whole: _Score, scale: Scale) -> list[Fact]:
        facts = []
        name = ident(self.score)
        present = int(source.one(f"SELECT count({name}) {source.of()}")[0])
        if outside := present - whole.answers:
            params: dict[str, Any] = {"count": outside, "scale": scale, "column": self.score}
            facts.append(Fact(key="nps.outside", params=params, weight=0.7))
        if missing := source.rows - present:
            params = {"rows": source.rows, "missing": missing, "column": self.score}
            facts.append(Fact(key="missing_left_out", params=params, weight=0.4))
        return facts

    def _table(
        self, source: Source, title: str, groups: Sequence[_Score], *, is_net: bool
    ) -> ArtifactContent:
        top = source.say("heading.promoters" if is_net else "heading.top_box")
        bottom = source.say("heading.detractors" if is_net else "heading.bottom_box")
        margins = [g.margin(is_net=is_net) for g in groups]
        columns: dict[str, list[Any]] = {
            self.group_by or source.say("heading.group"): [g.name for g in groups],
            source.say("heading.answers"): [g.answers for g in groups],
            source.say("heading.mean_of"): [g.mean for g in groups],
            top: [g.top_share for g in groups],
            bottom: [g.bottom / g.answers for g in groups],
        }
        shares = [top, bottom]
        low, high = source.say("heading.low"), source.say("heading.high")
        if is_net:
            columns["NPS"] = [g.net * 100 for g in groups]
            columns[low] = [(g.net - m) * 100 for g, m in zip(groups, margins, strict=True)]
            columns[high] = [(g.net + m) * 100 for g, m in zip(groups, margins, strict=True)]
        else:
            pairs = list(zip(groups, margins, strict=True))
            columns[low] = [max(0.0, g.top_share - m) for g, m in pairs]
            columns[high] = [min(1.0, g.top_share + m) for g, m in pairs]
            shares += [low, high]
        units = dict.fromkeys(shares, PERCENT)
        chosen = {"score": self.score, "group": self.group_by}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self, source: Source, title: str, groups: Sequence[_Score], *, is_net: bool
    ) -> ArtifactContent:
        down = list(groups)[::-1]
        kinds = ("detractors", "passives", "promoters") if is_net else (
            "bottom_box", "middle_box", "top_box",
        )  # fmt: skip
        parts = (
            [g.bottom / g.answers for g in down],
            [1 - (g.bottom + g.top) / g.answers for g in down],
            [g.top_share for g in down],
        )
        figure = {
            "data": [
                {
                    "type": "bar", "orientation": "h", "name": source.say(f"heading.{kind}"),
                    "y": [g.name for g in down], "x": plain(part),
                }
                for kind, part in zip(kinds, parts, strict=True)
            ],
            "layout": {
                "title": {"text": title},
                "barmode": "stack",
                "xaxis": axis(source.say("heading.share"), tickformat=".0%", range=[0, 1]),
                "yaxis": axis(self.group_by, type="category"),
                "legend": {"orientation": "h"},
            },
        }  # fmt: skip
        whole = groups[-1]
        described = source.say(
            "nps.chart", title=title, top=whole.top_share, bottom=whole.bottom / whole.answers,
            answers=whole.answers,
        )  # fmt: skip
        return source.chart(title, figure, described, table=title)


def _together(name: str, groups: Sequence[_Score]) -> _Score:
    answers = sum(g.answers for g in groups)
    return _Score(
        name,
        answers,
        sum(g.top for g in groups),
        sum(g.bottom for g in groups),
        sum(g.mean * g.answers for g in groups) / answers,
    )


def _scale_of(column: str, low: float, high: float) -> Scale:
    """Return the scale of ratings between these. Raises BadInput `nps_scale`."""
    if low < 0 or high > 10:
        raise BadInput("nps_scale", column=column, low=low, high=high)
    if high > 7 or low < 1:
        return "0-10"
    return "1-7" if high > 5 else "1-5"
