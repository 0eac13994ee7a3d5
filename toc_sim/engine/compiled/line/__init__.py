"""The lane for plain lines: single servers in a row, one item after another."""
