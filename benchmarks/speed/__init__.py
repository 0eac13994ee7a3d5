"""How fast the engines are, beside other programs that run the same lines."""
