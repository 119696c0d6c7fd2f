"""Our own MCP servers, one file each: `python -m cherry_reflex.tools.<name>` serves on stdio."""
