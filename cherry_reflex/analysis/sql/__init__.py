"""SQL over the tables of a conversation: DuckDB, filters, measures, steps."""
