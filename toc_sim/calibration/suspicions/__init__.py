"""What may be wrong with records: a file for each kind of suspicion, with its rule."""
