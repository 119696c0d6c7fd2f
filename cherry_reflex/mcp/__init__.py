"""MCP: the client of tool servers, and operations as tool servers of our own."""
