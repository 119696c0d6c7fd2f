"""Who works on which part of a request."""
