"""One function a use case: asks, simulates, chooses a report, knows files and terminals."""
