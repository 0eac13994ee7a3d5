"""From records to a scenario: what they tell, how surely, and what they cannot tell."""
