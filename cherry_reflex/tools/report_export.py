"""Reports as an MCP server: HTML, PDF, Markdown, xlsx, and notebooks that were run."""

from cherry_reflex.analysis.reports.operations import ExportReport
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "report_export",
    "Writes reports of words, tables and charts over the datasets: self-contained HTML, PDF, "
    "Markdown, Excel, or a Jupyter notebook that was run before it is handed over.",
    [ExportReport],
)

if __name__ == "__main__":
    server.run()
