"""The compiled engine: a run on arrays, by numba."""
