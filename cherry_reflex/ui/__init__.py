"""The page: Reflex states, and the React components that they feed."""
