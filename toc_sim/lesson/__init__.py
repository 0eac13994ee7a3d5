"""The lesson: one page in which a class sees the constraint move."""
