"""The same line in other simulation libraries, each written as its manual would.

Each module has `run(line, seed)`, which runs a line once and returns how many items
left it.
"""
