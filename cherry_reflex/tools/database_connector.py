"""Connected databases as an MCP server: list, describe, read and query, all read-only."""

from cherry_reflex.datasets.connections.operations import (
    DescribeDatabase,
    ListDatabases,
    QueryDatabase,
    ReadDatabaseTable,
)
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "database_connector",
    "Connected databases (SQLite and DuckDB files, PostgreSQL) of the operator: lists and "
    "describes them, loads tables as datasets, and runs read-only queries within limits.",
    [ListDatabases, DescribeDatabase, ReadDatabaseTable, QueryDatabase],
)

if __name__ == "__main__":
    server.run()
