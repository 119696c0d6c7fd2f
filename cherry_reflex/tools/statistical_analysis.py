"""Statistics as an MCP server: tests with their assumptions, effect sizes and intervals."""

from cherry_reflex.analysis.statistics.ab_test import AbTest
from cherry_reflex.analysis.statistics.chi_square import TestIndependence
from cherry_reflex.analysis.statistics.corrections import CorrectPValues
from cherry_reflex.analysis.statistics.correlate import CorrelateTwo
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.analysis.statistics.normality import TestNormality
from cherry_reflex.analysis.statistics.paired import ComparePaired
from cherry_reflex.analysis.statistics.power import PowerAnalysis
from cherry_reflex.analysis.statistics.regression import LinearRegression
from cherry_reflex.analysis.statistics.survival import Survival
from cherry_reflex.analysis.statistics.two_groups import CompareTwoGroups
from cherry_reflex.analysis.statistics.variances import CompareVariances
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "statistical_analysis",
    "Statistics over a table: descriptives, comparisons of two or more groups, independence of "
    "categories, correlation, linear regression and normality, with assumptions checked, effect "
    "sizes and confidence intervals; A/B tests of rates and averages, survival (Kaplan-Meier, "
    "log-rank); power and sample size, and corrections of several p values.",
    [
        DescribeNumbers,
        CompareTwoGroups,
        CompareGroups,
        ComparePaired,
        CompareVariances,
        TestIndependence,
        CorrelateTwo,
        LinearRegression,
        TestNormality,
        AbTest,
        Survival,
        PowerAnalysis,
        CorrectPValues,
    ],
)

if __name__ == "__main__":
    server.run()
