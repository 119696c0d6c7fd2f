"""How servers say that a request is too long, each in its own words: as their documentation, their
sources and bug reports have them."""
