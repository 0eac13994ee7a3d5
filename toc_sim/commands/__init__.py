"""One use case a file: asks, simulates, chooses a report, knows files and terminals."""
