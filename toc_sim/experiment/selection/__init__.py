"""Which variant is best, and how sure that is: choices with a stated guarantee."""
