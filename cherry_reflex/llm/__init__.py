"""The planners: a language model, or the embedded planner."""
