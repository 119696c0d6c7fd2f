"""The whole team over real processes."""
