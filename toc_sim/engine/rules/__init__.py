"""Rules that both engines obey, in the subset of Python that numba compiles."""
