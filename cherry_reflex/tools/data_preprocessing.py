"""Preprocessing as an MCP server: calls that each make a new version of a table."""

from cherry_reflex.analysis.cleaning.duplicates import RemoveDuplicates
from cherry_reflex.analysis.cleaning.missing import FillMissing
from cherry_reflex.analysis.cleaning.outliers import HandleOutliers
from cherry_reflex.analysis.features.encoding import EncodeCategories
from cherry_reflex.analysis.features.scaling import ScaleNumbers
from cherry_reflex.analysis.features.train_test_split import SplitRows
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "data_preprocessing",
    "Prepares a table for analysis or training, one composable step a call: fills missing values, "
    "removes duplicates, treats outliers, encodes categories, scales numbers, splits rows. Each "
    "call makes a new dataset and tells the rows and cells that changed; the original is kept.",
    [
        FillMissing,
        RemoveDuplicates,
        HandleOutliers,
        EncodeCategories,
        ScaleNumbers,
        SplitRows,
    ],
)

if __name__ == "__main__":
    server.run()
