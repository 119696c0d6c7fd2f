"""What an operation hands back: tables, charts, new versions of a dataset."""
