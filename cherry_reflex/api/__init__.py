"""HTTP: conversations, runs as SSE, files, MCP calls as SSE, health and metrics."""
