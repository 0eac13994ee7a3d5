"""The records that both engines fill, and the result that they become."""
