"""Training runs and models in the MLflow log."""
