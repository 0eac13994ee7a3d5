"""From a company's own records to a scenario, and what they cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from toc_sim.commands.outputs import Wanted, print_answer, refuse_picture
from toc_sim.interface.calibrate import calibrate
from toc_sim.interface.progress import on_a_terminal


def report_calibration(
    files: Sequence[Path],
    output: Path | None,
    wanted: Wanted,
    *,
    columns: Mapping[str, str],
    mapping: Path | None,
    report: Path | None,
    plot: Path | None,
    **asked: object,
) -> None:
    """Draw a scenario from records, write it, and print what they tell.

    Parameters
    ----------
    files
        Of the records.
    output
        Where the scenario is written; None: nowhere.
    wanted
        What to print.
    columns, mapping
        Which column is what, as told on the command line and in a file.
    report, plot
        Where a page and a picture are written; None: nowhere.
    asked
        What else was said, as of `toc_sim.calibrate`.

    Raises
    ------
    TocError
        If the records cannot be read, or tell too little.
    """
    refuse_picture(plot)
    answer = calibrate(
        files,
        columns=columns,
        mapping=mapping,
        progress=on_a_terminal(),
        **asked,
    )
    if output is not None:
        answer.write(output)
    if report is not None:
        answer.write_page(report)
    print_answer(answer, wanted, plot)
    if output is not None:
        click.echo(f"{output}: written; next: toc-sim run {output}", err=True)
