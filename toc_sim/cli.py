"""The command line: a thin face of the Python interface."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Find the constraint of a pipeline, and what lifts its throughput."""
