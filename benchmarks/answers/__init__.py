"""How well a CherryAI with a language model answers, and what that costs."""
