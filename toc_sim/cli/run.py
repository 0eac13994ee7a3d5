"""The command that simulates a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    json_option,
    loaded,
    run_options,
    scenario_argument,
    set_option,
)


@main.command()
@scenario_argument
@set_option
@run_options
@click.option("--prove", is_flag=True, help="Lift every node in turn, and compare.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the line with load, queues and shares: .png, .svg or .pdf.",
)
@click.option(
    "--trace",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what happens in the first run as JSON lines.",
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what the first run proves, for 'toc-sim verify'.",
)
def run(scenario: str, overrides: dict[str, str], **options: Any) -> None:
    """Simulate a scenario and name its constraint.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.run import RunOutputs, report_run

    report_run(loaded(scenario, overrides), RunOutputs(**options))
