"""Pictures of what a reading gave."""
