"""A small pointer network that proposes readings: pure numpy at run time, weights in
`knowledge/`."""
