"""A scenario as a graph: what stands between its file and any arithmetic."""
