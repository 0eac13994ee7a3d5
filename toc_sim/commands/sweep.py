"""From parameters that are varied to what comes of it: sweep, map and breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import prod
from pathlib import Path

import click

from toc_sim.commands.ask import Answering, ask
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.experiment.breakdown.attribute import attribute
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.map.constraint_map import constraint_map
from toc_sim.experiment.runner.laboratory import NAME_LETTERS
from toc_sim.experiment.sweep.points import Axis, AxisRange
from toc_sim.experiment.sweep.sweep import sweep
from toc_sim.report.documents.breakdown import attribution_document, breakdown_document
from toc_sim.report.documents.sweep import phases_document, sweep_csv, sweep_document
from toc_sim.report.text.breakdown import (
    attribution_blocks,
    attribution_sentence,
    breakdown_blocks,
    breakdown_sentence,
)
from toc_sim.report.text.map import phases_blocks, phases_sentence
from toc_sim.report.text.sweep import sweep_blocks, sweep_sentence
from toc_sim.scenario.file.dump import dump
from toc_sim.scenario.model import Scenario
from toc_sim.tools import variant as variant_of


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
    start = scenario if variant is None else variant_of(scenario, variant)
    if plot is not None:
        refuse_picture(plot)
        if axes:
            from toc_sim.report.figures.sweep import refuse_axes

            refuse_axes(axes)
    asked = [f"--vary {axis.text}" for axis in axes] or ["--variants"]
    found, run = ask(
        "simulating",
        " ".join(("sweep", *asked)),
        start,
        answering.facilities,
        lambda laboratory: sweep(start, axes, laboratory),
        prod(len(axis.values) for axis in axes),
    )
    if plot is not None:
        from toc_sim.report.figures.sweep import draw_sweep, draw_variants

        # parameters are drawn as curves, variants side by side
        draw = draw_sweep if found.axes else draw_variants
        with writing(plot):
            draw(found, plot)
    if csv is not None and csv != "-":
        with writing(csv):
            content = sweep_csv(found, csv_dialect).encode()
            Path(csv).write_bytes(content)
    if csv == "-":
        click.echo(sweep_csv(found, csv_dialect).encode(), nl=False)
        return
    print_answer(
        lambda: sweep_document(found, run),
        lambda: sweep_sentence(found),
        lambda width: sweep_blocks(found, width, run),
        answering,
    )


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
    if output is not None:
        refuse_picture(output)
    run: str | None = None
    if not simulation:
        found = constraint_map(scenario, x, y, points)
    else:
        found, run = ask(
            "simulating",
            f"map --x {x.text} --y {y.text} --points {points}",
            scenario,
            answering.facilities,
            lambda laboratory: constraint_map(scenario, x, y, points, laboratory),
        )
    if output is not None:
        from toc_sim.report.figures.map import draw_phases

        with writing(output):
            draw_phases(found, output)
    print_answer(
        lambda: phases_document(found, run),
        lambda: phases_sentence(found),
        lambda width: phases_blocks(found, width, run),
        answering,
    )


def report_breakdown(
    scenario: Scenario, answering: Answering, plot: Path | None = None
) -> None:
    """Break a scenario down to its parameters, and print and draw what was found.

    Parameters
    ----------
    scenario
        The pipeline.
    answering
        Where to simulate, and what to print.
    plot
        A file for the tornado, or None.

    Raises
    ------
    TocError
        If the figure cannot be written, or nothing was bought.
    """
    if plot is not None:
        refuse_picture(plot)
    found, run = ask(
        "breaking down",
        "breakdown",
        scenario,
        answering.facilities,
        lambda laboratory: breakdown(scenario, laboratory),
    )
    if plot is not None:
        from toc_sim.report.figures.tornado import draw_breakdown

        with writing(plot):
            draw_breakdown(found, plot)
    print_answer(
        lambda: breakdown_document(found, run),
        lambda: breakdown_sentence(found),
        lambda width: breakdown_blocks(found, width, run),
        answering,
    )


def report_attribution(
    scenario: Scenario, before: Scenario, answering: Answering
) -> None:
    """Attribute the change between two scenarios, and print what was found.

    Parameters
    ----------
    scenario, before
        What there is, and what it is held against.
    answering
        Where to simulate, and what to print.
    """
    other = sha256(dump(before).encode()).hexdigest()[:NAME_LETTERS]
    found, run = ask(
        "breaking down",
        f"breakdown --against {other}",
        scenario,
        answering.facilities,
        lambda laboratory: attribute(before, scenario, laboratory),
    )
    print_answer(
        lambda: attribution_document(found, run),
        lambda: attribution_sentence(found),
        lambda width: attribution_blocks(found, width, run),
        answering,
    )
