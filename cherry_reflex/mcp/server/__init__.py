"""Operations as MCP servers on stdio."""
