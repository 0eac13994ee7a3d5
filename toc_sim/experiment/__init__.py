"""Which variant is best: many runs of many variants, compared fairly."""
