"""One scenario at many values of its parameters."""
