"""What the static answer promises, as examples and as laws."""
