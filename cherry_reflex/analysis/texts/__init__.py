"""What free text says: words that are frequent in it."""
