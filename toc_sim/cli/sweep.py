"""The commands that give parameters other values: sweep, map and breakdown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli import completion
from toc_sim.cli.options import (
    SETTINGS,
    answer_options,
    csv_dialect_option,
    file_option,
    loaded,
    scenario_argument,
    set_option,
    tell_of_servers,
)

if TYPE_CHECKING:
    from toc_sim.commands.ask import Answering
    from toc_sim.experiment.sweep.points import Axis, AxisRange

_MOST_POINTS = 15
"""Pies along a side that can still be seen."""


def _axes(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[Axis, ...]:
    """Return what is to be varied."""
    from toc_sim.experiment.sweep.points import read_axis, refuse_too_many

    try:
        axes = tuple(read_axis(text) for text in given)
        refuse_too_many(axes)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return axes


def _span(_context: click.Context, _option: click.Parameter, given: str) -> AxisRange:
    """Return a parameter and its range."""
    from toc_sim.experiment.sweep.points import read_range

    try:
        return read_range(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@scenario_argument
@set_option
@click.option(
    "--vary",
    "axes",
    metavar="PATH=FROM:TO:STEP",
    multiple=True,
    callback=_axes,
    shell_complete=completion.paths,
    help="Vary a parameter, or PATH=a,b,c; several give all combinations.",
)
@click.option(
    "--variants", is_flag=True, help="Compare the file's variants, as without --vary."
)
@click.option(
    "--variant",
    metavar="NAME",
    shell_complete=completion.variants,
    help="Start from this variant of the file.",
)
@answer_options
@click.option(
    "--csv", metavar="FILE", help="Write the table to FILE; - is standard output."
)
@csv_dialect_option
@file_option("--plot", text="Draw throughput and constraint: .png, .svg or .pdf.")
def sweep(
    scenario: str,
    overrides: dict[str, str],
    axes: tuple[Axis, ...],
    answering: Answering,
    *,
    variants: bool,
    variant: str | None,
    **outputs: Any,
) -> None:
    """Vary parameters, or compare variants: throughput and constraint at each point.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.sweep import report_sweep

    if variants and axes:
        raise click.UsageError(
            "give --vary or --variants; --variant NAME varies one of them"
        )
    if variant is not None and not axes:
        raise click.UsageError("--variant says where --vary starts; give --vary too")
    if answering.as_json and outputs["csv"] == "-":
        raise click.UsageError("give --json or --csv -, not both")
    start = loaded(scenario, overrides)
    tell_of_servers(start, [axis.path for axis in axes if axis.path not in overrides])
    report_sweep(start, axes, variant, answering, **outputs)


@click.command("map")
@scenario_argument
@set_option
@click.option(
    "--x",
    required=True,
    metavar="PATH=FROM:TO",
    callback=_span,
    shell_complete=completion.paths,
    help="The parameter across, and its range.",
)
@click.option(
    "--y",
    required=True,
    metavar="PATH=FROM:TO",
    callback=_span,
    shell_complete=completion.paths,
    help="The parameter upwards, and its range.",
)
@file_option("-o", "--output", text="Draw the map: .png, .svg or .pdf.")
@click.option(
    "--points",
    type=click.IntRange(min=1, max=_MOST_POINTS),
    default=5,
    show_default=True,
    metavar="N",
    help="Simulated points along each side.",
)
@click.option("--no-simulation", is_flag=True, help="Only by capacity, in seconds.")
@answer_options
def constraint_map(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    *,
    x: AxisRange,
    y: AxisRange,
    no_simulation: bool,
    **asked: Any,
) -> None:
    """Map which node is the constraint, over two parameters.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.sweep import report_map

    if x.path == y.path:
        raise click.UsageError("--x and --y are the same parameter")
    asked["simulation"] = not no_simulation
    report_map(loaded(scenario, overrides), answering, x=x, y=y, **asked)


@click.command()
@scenario_argument
@set_option
@click.option(
    "--against",
    metavar="OTHER",
    shell_complete=completion.files,
    help="Another shop or period: what the change from OTHER to FILE is owed to.",
)
@answer_options
@file_option(
    "--plot",
    text="Draw what 10 % either way, and the benchmarks, bring: .png, .svg or .pdf.",
)
def breakdown(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    *,
    against: str | None,
    plot: Path | None,
) -> None:
    """Say which parameter to push: what 1 % more gives, and how far it can go.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.sweep import report_breakdown

    if against is not None and plot is not None:
        raise click.UsageError("give --against or --plot, not both")
    if against is None:
        report_breakdown(loaded(scenario, overrides), answering, plot=plot)
        return
    shared = {f"run.{name}" for name in SETTINGS}
    settings = {path: text for path, text in overrides.items() if path in shared}
    before = loaded(against, settings)
    report_breakdown(loaded(scenario, overrides), answering, against=before)
