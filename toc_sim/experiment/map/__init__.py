"""The constraint over two parameters."""
