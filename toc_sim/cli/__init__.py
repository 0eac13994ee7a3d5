"""The command line: a thin face of the Python interface."""

from toc_sim.cli.main import main as main
