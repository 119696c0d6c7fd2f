"""First sentences: what was asked for, with its figure."""
