"""The exact and published results that the simulator must meet."""
