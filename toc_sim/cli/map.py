"""The command that maps the constraint over two parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    facility_options,
    json_option,
    loaded,
    run_options,
    scenario_argument,
    set_option,
)

if TYPE_CHECKING:
    from toc_sim.experiment.runner.laboratory import Facilities
    from toc_sim.experiment.sweep.points import AxisRange

_MOST_POINTS = 15
"""Pies along a side that can still be seen."""


def _span(_context: click.Context, _option: click.Parameter, given: str) -> AxisRange:
    """Return a parameter and its range."""
    from toc_sim.experiment.sweep.points import read_range

    try:
        return read_range(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@main.command("map")
@scenario_argument
@set_option
@click.option(
    "--x",
    required=True,
    metavar="PATH=FROM:TO",
    callback=_span,
    help="The parameter across, and its range.",
)
@click.option(
    "--y",
    required=True,
    metavar="PATH=FROM:TO",
    callback=_span,
    help="The parameter upwards, and its range.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the map: .png, .svg or .pdf.",
)
@click.option(
    "--points",
    type=click.IntRange(min=1, max=_MOST_POINTS),
    default=5,
    show_default=True,
    metavar="N",
    help="Simulated points along each side.",
)
@click.option("--no-simulation", is_flag=True, help="Only by capacity, in seconds.")
@run_options
@facility_options
@json_option
def constraint_map(
    scenario: str,
    overrides: dict[str, str],
    facilities: Facilities,
    *,
    no_simulation: bool,
    **asked: Any,
) -> None:
    """Map which node is the constraint, over two parameters.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.map import MapQuestion, report_map

    wanted = MapQuestion(simulation=not no_simulation, **asked)
    if wanted.x.path == wanted.y.path:
        raise click.UsageError("--x and --y are the same parameter")
    report_map(loaded(scenario, overrides), wanted, facilities)
