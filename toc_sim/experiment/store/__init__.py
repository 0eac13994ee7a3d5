"""Results kept in a file, and tables made of them."""
