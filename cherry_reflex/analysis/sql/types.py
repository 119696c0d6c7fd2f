"""What a DuckDB type allows, by its name."""

_NUMERIC = ("DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT")


def is_whole(dtype: str) -> bool:
    """Return whether values of the type are whole numbers."""
    return dtype.endswith(("INT", "INTEGER"))


def is_numeric(dtype: str) -> bool:
    """Return whether the type holds numbers."""
    return is_whole(dtype) or dtype in _NUMERIC or dtype.startswith("DECIMAL")


def is_temporal(dtype: str) -> bool:
    """Return whether the type holds dates or times of a date."""
    return dtype == "DATE" or dtype.startswith("TIMESTAMP")


def is_text(dtype: str) -> bool:
    """Return whether the type holds text."""
    return dtype == "VARCHAR"
