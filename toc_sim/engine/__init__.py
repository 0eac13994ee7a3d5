"""The engines: a network in, a run out."""
