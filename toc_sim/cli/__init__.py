"""The command line: a thin face of the Python interface."""

from __future__ import annotations

from toc_sim.cli import breakdown as breakdown
from toc_sim.cli import capacity as capacity
from toc_sim.cli import certificate as certificate
from toc_sim.cli import compare as compare
from toc_sim.cli import history as history
from toc_sim.cli import map as map  # noqa: A004 - the command's own name
from toc_sim.cli import reach as reach
from toc_sim.cli import roadmap as roadmap
from toc_sim.cli import run as run
from toc_sim.cli import scenario_files as scenario_files
from toc_sim.cli import sweep as sweep
from toc_sim.cli.main import main as main
