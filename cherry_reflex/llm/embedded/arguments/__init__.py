"""Arguments of operations and tools, from the words of a request."""
