"""The conversation: follow-ups, questions back, small talk, suggestions, sentences."""
