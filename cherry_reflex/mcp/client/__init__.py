"""MCP servers of ours and of others, called."""
