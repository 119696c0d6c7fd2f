"""What tasks of one process share: batching by load, caches that refresh, what work has cost."""
