"""The files of a conversation as an MCP server: list, preview, convert, zip."""

from cherry_reflex.datasets.files.operations import ConvertFile, ListFiles, PreviewFile, ZipFiles
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "file_manager",
    "The files of the conversation: lists and previews the datasets, converts them to csv, xlsx, "
    "json or parquet, and packs them into a zip archive.",
    [ListFiles, PreviewFile, ConvertFile, ZipFiles],
)

if __name__ == "__main__":
    server.run()
