"""Which stage is the constraint, and which investment lifts throughput."""
