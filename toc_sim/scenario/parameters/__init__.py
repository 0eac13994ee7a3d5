"""Parameters by their paths, and the effects of tools on them."""
