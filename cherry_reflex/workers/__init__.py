"""Everybody who can be asked: agents over A2A and tools over MCP, ours and others'."""
