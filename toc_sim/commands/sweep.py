"""From what is to be varied to the table, the file and the figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from toc_sim.commands.ask import asking
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.experiment.sweep.points import Axis
from toc_sim.experiment.sweep.sweep import Sweep, sweep
from toc_sim.report.documents.sweep import sweep_csv, sweep_document
from toc_sim.report.text.sweep import sweep_blocks, sweep_sentence
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class SweepOutputs:
    """What is wanted of a sweep.

    Attributes
    ----------
    as_json
        Whether to print one JSON object.
    csv
        A file for the table, ``-`` for standard output, or None.
    plot
        A file for the figure, or None.
    """

    as_json: bool = False
    csv: str | None = None
    plot: Path | None = None


def report_sweep(
    scenario: Scenario,
    axes: Sequence[Axis],
    asked: str,
    facilities: Facilities,
    wanted: SweepOutputs,
) -> None:
    """Vary and simulate, and print and draw what was asked for.

    Parameters
    ----------
    scenario
        Where to start from.
    axes
        What to vary; empty: the variants of the file.
    asked
        The command, without where and how fast.
    facilities
        Where to simulate, and where to keep it.
    wanted
        What to write.

    Raises
    ------
    TocError
        If a value cannot be, or a file cannot be written.
    """
    if wanted.plot is not None:
        refuse_picture(wanted.plot)
        if axes:
            from toc_sim.report.figures.sweep import refuse_axes

            refuse_axes(axes)
    with asking("simulating", asked, scenario, facilities) as study:
        found = sweep(scenario, axes, study.laboratory)
        run = study.finish(found.points)
    _write(found, wanted)
    if wanted.csv == "-":
        click.echo(sweep_csv(found), nl=False)
        return
    print_answer(
        lambda: sweep_document(found, run),
        lambda: sweep_sentence(found),
        lambda width: sweep_blocks(found, width, run),
        as_json=wanted.as_json,
    )


def _write(found: Sweep, wanted: SweepOutputs) -> None:
    """Write the files that were asked for."""
    if wanted.plot is not None:
        with writing(wanted.plot):
            _draw(found, wanted.plot)
    if wanted.csv is not None and wanted.csv != "-":
        with writing(wanted.csv):
            Path(wanted.csv).write_text(
                sweep_csv(found), encoding="utf-8", newline="\n"
            )


def _draw(found: Sweep, path: Path) -> None:
    """Draw parameters as curves, and variants side by side."""
    if found.axes:
        from toc_sim.report.figures.sweep import draw_sweep

        draw_sweep(found, path)
    else:
        from toc_sim.report.figures.sweep import draw_variants

        draw_variants(found, path)
