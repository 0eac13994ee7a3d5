"""Workbooks: a scenario as sheets that people fill in, read back without loss."""
