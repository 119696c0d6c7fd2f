"""What operations and workers found, for whoever called them."""
