"""Readings written as short sequences of typed symbols and pointers, and read back from them."""
