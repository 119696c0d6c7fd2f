"""MCP server: charts beyond the usual - panels, distributions, flows, maps, space and time."""

from cherry_reflex.analysis.charts.animation import Motion
from cherry_reflex.analysis.charts.correlation_map import CorrelationMap
from cherry_reflex.analysis.charts.distributions import Spread
from cherry_reflex.analysis.charts.facets import Facets
from cherry_reflex.analysis.charts.pair_plot import PairPlot
from cherry_reflex.analysis.charts.point_map import PlaceMap
from cherry_reflex.analysis.charts.region_map import RegionMap
from cherry_reflex.analysis.charts.sankey import Sankey
from cherry_reflex.analysis.charts.three_d import Space
from cherry_reflex.analysis.charts.tree_map import TreeMap
from cherry_reflex.mcp.server.tool_server import tool_server

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
