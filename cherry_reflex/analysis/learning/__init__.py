"""Learning from tables: training with honest measures, clusters, predictions."""
