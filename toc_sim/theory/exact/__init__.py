"""What theory says exactly, where it does, without simulating."""
