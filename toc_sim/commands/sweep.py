"""From parameters that are varied to what comes of it: sweep, map and breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path

import click

from toc_sim.commands.ask import Answering, announced
from toc_sim.commands.outputs import print_answer, refuse_picture
from toc_sim.experiment.sweep.points import Axis, AxisRange
from toc_sim.interface.answer import writing
from toc_sim.interface.sweep import breakdown, map, sweep  # noqa: A004 - its name
from toc_sim.scenario.model import Scenario


def report_sweep(
    scenario: Scenario,
    axes: Sequence[Axis],
    variant: str | None,
    answering: Answering,
    *,
    csv: str | None,
    csv_dialect: str,
    plot: Path | None,
) -> None:
    """Vary and simulate, and print and draw what was asked for.

    Parameters
    ----------
    scenario
        Where to start from.
    axes
        What to vary; empty: the variants of the file.
    variant
        The variant of the file to start from, if not from the file itself.
    answering
        Where to simulate, and what to print.
    csv
        A file for the table, ``-`` for standard output, or None.
    csv_dialect
        How that is written.
    plot
        A file for the figure, or None.

    Raises
    ------
    TocError
        If a value cannot be, or a file cannot be written.
    """
    refuse_picture(plot)
    if plot is not None and axes:
        from toc_sim.report.figures.sweep import refuse_axes

        refuse_axes(axes)
    count = prod(len(axis.values) for axis in axes)
    options = announced(scenario, answering.facilities, count)
    found = sweep(scenario, axes, variant=variant, **options)
    if csv is not None and csv != "-":
        with writing(csv):
            content = found.to_csv(csv_dialect).encode()
            Path(csv).write_bytes(content)
    if csv != "-":
        print_answer(found, answering, plot)
        return
    if plot is not None:
        found.plot(plot)
    click.echo(found.to_csv(csv_dialect).encode(), nl=False)


def report_map(
    scenario: Scenario,
    answering: Answering,
    *,
    x: AxisRange,
    y: AxisRange,
    points: int,
    simulation: bool,
    output: Path | None,
) -> None:
    """Find a map, and print and draw it.

    Parameters
    ----------
    scenario
        Of all other parameters.
    answering
        Where to simulate, and what to print.
    x, y
        The two parameters and their ranges.
    points
        How many points of the grid lie along each side.
    simulation
        Whether they are simulated, too.
    output
        A file for the picture, or None.

    Raises
    ------
    TocError
        If a value cannot be, or a file cannot be written.
    """
    refuse_picture(output)
    if simulation:
        options = announced(scenario, answering.facilities)
        found = map(scenario, x, y, points=points, **options)
    else:
        found = map(scenario, x, y, points=points, simulation=False)
    print_answer(found, answering, output)


def report_breakdown(
    scenario: Scenario,
    answering: Answering,
    *,
    against: Scenario | None = None,
    plot: Path | None = None,
) -> None:
    """Break a scenario down, and print and draw what was found.

    Parameters
    ----------
    scenario
        The pipeline.
    answering
        Where to simulate, and what to print.
    against
        What it is held against: the change is attributed; None: its parameters are
        pushed.
    plot
        A file for the tornado, or None.

    Raises
    ------
    TocError
        If the figure cannot be written, or nothing was bought.
    """
    refuse_picture(plot)
    options = announced(scenario, answering.facilities)
    print_answer(breakdown(scenario, against=against, **options), answering, plot)
