"""The Python interface: a function for each question, and its answer."""
