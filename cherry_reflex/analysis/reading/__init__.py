"""A reading is run: compiled to one DuckDB query (SciPy where needed), answered, said in words."""
