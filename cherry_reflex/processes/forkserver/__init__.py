"""A warm process from which each limited computation is forked, instead of started afresh."""
