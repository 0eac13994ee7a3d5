"""Starts the command line: ``python -m toc_sim``."""

from __future__ import annotations

from toc_sim.cli import main

main(prog_name="toc-sim")
