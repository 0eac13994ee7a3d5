"""Tasks, the workers that run them, and the results that come back."""
