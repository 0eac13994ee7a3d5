"""What a scenario must obey beyond its fields: names that exist, ways that lead out."""
