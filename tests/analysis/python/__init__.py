"""Python code as an operation."""
