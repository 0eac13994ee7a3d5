"""What this quarter brings: from what is open today, with a band that holds."""
