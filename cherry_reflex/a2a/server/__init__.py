"""Our agents as A2A servers."""
