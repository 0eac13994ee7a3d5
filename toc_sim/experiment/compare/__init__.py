"""Sets of tools compared with doing nothing."""
