"""The SimPy engine: the reference, readable and traceable."""
