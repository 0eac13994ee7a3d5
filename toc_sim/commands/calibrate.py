"""From a company's own records to a scenario, and what they cannot tell."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from toc_sim.commands.outputs import Wanted, print_answer, refuse_picture
from toc_sim.errors import TocError
from toc_sim.interface.calibrate import calibrate
from toc_sim.interface.progress import on_a_terminal


def report_calibration(
    files: Sequence[Path],
    output: Path | None,
    wanted: Wanted,
    *,
    report: Path | None,
    plot: Path | None,
    **asked: Any,
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
    report, plot
        Where a page and a picture are written; None: nowhere.
    asked
        What else was said, as of `toc_sim.calibrate`.

    Raises
    ------
    TocError
        If the records cannot be read, or tell too little for the scenario that is
        wanted.
    """
    refuse_picture(plot)
    answer = calibrate(files, progress=on_a_terminal(), **asked)
    if report is not None:
        answer.write_page(report)
    if output is not None and answer.draft.content:
        answer.write(output)
    print_answer(answer, wanted, plot)
    if output is None:
        return
    if not answer.draft.content:
        raise TocError(f"{output}: not written: {answer.draft.verdict}")
    if not answer.is_usable:
        click.echo(f"note: {output} begins with what this model misses", err=True)
    click.echo(
        f"{output}: written; next: toc-sim run {shlex.quote(str(output))}", err=True
    )
