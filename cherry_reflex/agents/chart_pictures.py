"""Pictures of the charts that a run has drawn, for a language model that sees."""

from collections import OrderedDict
from collections.abc import Sequence

from cherry_reflex.core.agent import AgentServices
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables
from cherry_reflex.store.layout import Layout

SHOWN_MAX = 4
"""Newest charts of a run that are shown: each costs about a thousand tokens."""
_KEPT = 100


class ChartPictures:
    """Draws each chart once. One that cannot be drawn is left out: its numbers are told anyway."""

    def __init__(self, services: AgentServices) -> None:
        self._services = services
        self._layout = Layout(services.data_dir)
        self._drawn: OrderedDict[str, bytes | None] = OrderedDict()

    async def of(
        self, conversation_id: str, findings: Sequence[Finding]
    ) -> dict[str, tuple[bytes, ...]]:
        """Return the pictures of the newest charts, by step."""
        charts = [(one.step, chart) for one in findings for chart in one.charts][-SHOWN_MAX:]
        found: dict[str, tuple[bytes, ...]] = {}
        for step, chart in charts:
            if chart not in self._drawn:
                self._drawn[chart] = await self._draw(conversation_id, chart)
            if (picture := self._drawn[chart]) is not None:
                found[step] = (*found.get(step, ()), picture)
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return found

    async def _draw(self, conversation_id: str, chart: str) -> bytes | None:
        from cherry_reflex.analysis.reports.chart_picture import DrawPicture

        figure = self._layout.artifacts(conversation_id) / f"{chart}.plotly.json"
        folder = self._layout.operations / new_id()
        folder.mkdir(parents=True)
        try:
            outcome = await self._services.run(
                DrawPicture(figure=figure), Tables(datasets=(), folder=folder)
            )
        except CherryError:
            return None
        path = outcome.artifacts[0].path
        return path.read_bytes() if path is not None else outcome.artifacts[0].data
