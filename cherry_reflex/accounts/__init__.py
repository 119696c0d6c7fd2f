"""Several people: who may come in, and how that is known."""
