"""A function for a use case: asks, simulates, reports; knows files and terminals."""
