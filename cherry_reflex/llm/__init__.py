"""The minds: a language model, or the embedded planner."""
