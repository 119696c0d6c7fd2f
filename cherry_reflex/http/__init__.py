"""HTTP to others: which addresses may be called, and files fetched from them."""
