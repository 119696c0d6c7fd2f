"""MCP: operations as tool servers, and the pool of processes that runs everybody's tools."""
