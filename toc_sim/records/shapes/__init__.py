"""What records are: which column tells what, and the form that they are brought to."""
