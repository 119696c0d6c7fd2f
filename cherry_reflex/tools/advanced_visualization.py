"""MCP server: charts beyond the usual - panels, distributions, flows, maps, space and time."""

from cherry_reflex.analysis.scenes.correlation_map import CorrelationMap
from cherry_reflex.analysis.scenes.facets import Facets
from cherry_reflex.analysis.scenes.flow import Sankey
from cherry_reflex.analysis.scenes.motion import Motion
from cherry_reflex.analysis.scenes.pairs import PairPlot
from cherry_reflex.analysis.scenes.place import PlaceMap
from cherry_reflex.analysis.scenes.region import RegionMap
from cherry_reflex.analysis.scenes.space import Space
from cherry_reflex.analysis.scenes.spread import Spread
from cherry_reflex.analysis.scenes.tree import TreeMap
from cherry_reflex.wire.mcp.server import tool_server

server = tool_server(
    "advanced_visualization",
    "Advanced charts: small multiples, ridges, violins and cumulative distributions, correlation "
    "heat maps, pair plots, tree maps, Sankey diagrams, maps, 3-D points and surfaces, and "
    "animations over time.",
    (
        Facets,
        Spread,
        CorrelationMap,
        PairPlot,
        TreeMap,
        Sankey,
        PlaceMap,
        RegionMap,
        Space,
        Motion,
    ),
)

if __name__ == "__main__":
    server.run()
