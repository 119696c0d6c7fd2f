"""How we speak with agents (A2A) and tools (MCP), on both sides of the wire."""
