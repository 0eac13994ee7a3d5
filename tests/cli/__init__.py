"""What the command line does, says and returns."""
