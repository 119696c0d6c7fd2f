"""Advanced charts: many panels, distributions, maps, flows, hierarchies, space and time."""
