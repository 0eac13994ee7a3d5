"""Which shape records have, and what they tell once it is known: visits or purchases."""
